package org.miltergate.milter.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.miltergate.milter.bytes.Bytes;

/** Another seed: {@code -DargLine=-Dmiltergate.fuzz.seed=…}. */
class DecoderFuzzTest {
  private static final long SEED = Long.getLong("miltergate.fuzz.seed", 20261121L);
  private static final int INPUTS = 60_000;
  private static final int SOUND_PACKETS = 10_000;

  private final ReplyDecoder strict = Codec.replies(Strictness.STRICT);
  private final ReplyDecoder lenient = Codec.replies(Strictness.LENIENT);
  private final CommandDecoder commands = Codec.commands();
  private final FrameDecoder frames = new FrameDecoder(Codec.MAX_FRAME_BYTES);

  /** What came of one input. */
  private record Outcome<T>(
      List<T> packets, int consumed, Set<MalformedPacketException.Kind> refusal) {}

  @Test
  void brokenPacketsAreRefusedInOneWayOnlyOrEncodeBack() {
    List<byte[]> corpus = Vector.all().stream().map(Vector::bytes).toList();
    int decoded = 0;
    Set<MalformedPacketException.Kind> refusals =
        EnumSet.noneOf(MalformedPacketException.Kind.class);
    for (long seed = SEED; seed < SEED + INPUTS; seed++) {
      Random random = new Random(seed);
      RandomPackets packets = new RandomPackets(random);
      byte[] input =
          random.nextInt(10) == 0
              ? packets.noise()
              : packets.broken(anyOf(corpus, random), anyOf(corpus, random));
      try {
        Outcome<Command> asCommands = run(commands::decode, commands::end, input);
        Outcome<Reply> asReplies = run(strict::decode, strict::end, input);
        run(lenient::decode, lenient::end, input);
        Outcome<Frame> asFrames = run(frames::decode, frames::end, input);
        requireSame(input, asCommands, asCommands.packets().stream().map(Codec::encode));
        requireSame(input, asReplies, asReplies.packets().stream().map(Codec::encode));
        requireSame(input, asFrames, asFrames.packets().stream().map(DecoderFuzzTest::encode));
        decoded += asCommands.packets().size() + asReplies.packets().size();
        refusals.addAll(asCommands.refusal());
        refusals.addAll(asReplies.refusal());
      } catch (RuntimeException | AssertionError | StackOverflowError e) {
        throw failure(seed, input, e);
      }
    }
    assertThat(decoded).as("decoded, so that the other way is walked").isGreaterThan(INPUTS / 10);
    assertThat(refusals)
        .as("refusals, so that every way out is walked")
        .containsExactlyInAnyOrder(MalformedPacketException.Kind.values());
  }

  @Test
  void soundPacketsComeBackAsTheyWere() {
    for (long seed = SEED; seed < SEED + SOUND_PACKETS; seed++) {
      RandomPackets packets = new RandomPackets(new Random(seed));
      Command command = packets.command();
      Reply reply = packets.reply();
      byte[] both = Codec.encode(command).concat(Codec.encode(reply)).toArray();
      try {
        ByteBuffer in = ByteBuffer.wrap(both);
        assertThat(commands.decode(in)).contains(command);
        assertThat(lenient.decode(in)).contains(reply);
        assertThat(in.hasRemaining()).isFalse();
      } catch (MalformedPacketException | RuntimeException | AssertionError e) {
        throw failure(seed, both, e);
      }
    }
  }

  @Test
  void announcedLengthTakesNoMemory() throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().threadId();
    CommandDecoder unlimited = new CommandDecoder(Integer.MAX_VALUE);
    ReplyDecoder unlimitedReplies = new ReplyDecoder(Integer.MAX_VALUE, Strictness.LENIENT);
    FrameDecoder unlimitedFrames = new FrameDecoder(Integer.MAX_VALUE);
    byte[] start = HexFormat.of().parseHex("7fffffff62" + "00".repeat(16));
    ByteBuffer in = ByteBuffer.wrap(start);
    threads.getThreadAllocatedBytes(thread);

    long before = threads.getThreadAllocatedBytes(thread);
    for (int i = 0; i < 1000; i++) {
      if (unlimited.decode(in).isPresent()
          || unlimitedReplies.decode(in).isPresent()
          || unlimitedFrames.decode(in).isPresent()) {
        throw new AssertionError("2 GiB out of 21 bytes");
      }
    }

    assertThat(threads.getThreadAllocatedBytes(thread) - before).isLessThan(1_000_000);
  }

  private interface End {
    void end(ByteBuffer rest) throws MalformedPacketException;
  }

  private static <T> Outcome<T> run(Codec.Decoder<T> decoder, End end, byte[] input) {
    ByteBuffer in = ByteBuffer.wrap(input);
    List<T> packets = new ArrayList<>();
    int consumed = 0;
    try {
      for (Optional<T> next = decoder.decode(in); next.isPresent(); next = decoder.decode(in)) {
        packets.add(next.get());
        if (in.position() <= consumed) {
          throw new AssertionError("a packet of no bytes at " + consumed);
        }
        consumed = in.position();
      }
      assertThat(in.position()).as("consumed without a packet").isEqualTo(consumed);
      end.end(in);
    } catch (MalformedPacketException e) {
      assertThat(e.getMessage()).isNotBlank().doesNotEndWith(".");
      assertThat(in.position()).as("consumed by a refusal").isEqualTo(consumed);
      return new Outcome<>(packets, consumed, Set.of(e.kind()));
    }
    return new Outcome<>(packets, consumed, Set.of());
  }

  private static void requireSame(byte[] input, Outcome<?> outcome, Stream<Bytes> encoded) {
    assertThat(encoded.reduce(Bytes.EMPTY, Bytes::concat))
        .as("encoded again")
        .isEqualTo(Bytes.copyOf(input, 0, outcome.consumed()));
  }

  private static Bytes encode(Frame frame) {
    byte[] start = ByteBuffer.allocate(5).putInt(frame.payload().length() + 1).array();
    start[4] = frame.letter();
    return Bytes.copyOf(start).concat(frame.payload());
  }

  private static byte[] anyOf(List<byte[]> corpus, Random random) {
    return corpus.get(random.nextInt(corpus.size()));
  }

  private static AssertionError failure(long seed, byte[] input, Throwable cause) {
    return new AssertionError(
        "seed %d, input %s: %s".formatted(seed, HexFormat.of().formatHex(input), cause), cause);
  }
}
