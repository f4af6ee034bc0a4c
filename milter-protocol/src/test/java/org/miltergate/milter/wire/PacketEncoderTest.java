package org.miltergate.milter.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.miltergate.milter.bytes.Bytes;

class PacketEncoderTest {
  private final PacketEncoder encoder = new PacketEncoder();
  private final PacketBuffer out = new PacketBuffer();

  private static Bytes bytes(int length) {
    return Bytes.copyOf(new byte[length]);
  }

  private static Bytes text(int length) {
    return Bytes.ofLatin1("x".repeat(length));
  }

  @Test
  void macroAndCommandStandInOneBuffer() {
    encoder.encode(new Command.Macro(CommandCode.HELO.letter(), List.of()), out);
    encoder.encode(new Command.Helo(Bytes.ofLatin1("me.test")), out);

    assertThat(HexFormat.of().formatHex(Bytes.copyOf(out.toSend()).toArray()))
        .isEqualTo("000000024448" + "00000009486d652e7465737400");
  }

  @Test
  void payloadUpToTheLimitIsTaken() throws Exception {
    encoder.encode(new Command.Body(bytes(65_535)), out);
    encoder.encode(new Command.Header(text(30_000), text(35_533)), out);

    assertThat(Codec.decodeAll(Codec.commands()::decode, out.toSend())).hasSize(2);
  }

  @Test
  void payloadAboveTheLimitIsRefusedAndLeavesTheBufferAsItWas() {
    encoder.encode(new Command.Quit(), out);
    Bytes before = Bytes.copyOf(out.toSend());
    int capacity = out.capacity();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> encoder.encode(new Command.Body(bytes(65_536)), out))
        .withMessage("packet 'B' has a payload of 65536 bytes or more, limit is 65535");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> encoder.encode(new Reply.ReplaceBody(bytes(30_000_000)), out));
    assertThat(out.capacity()).isEqualTo(capacity);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> encoder.encode(new Command.Header(text(30_000), text(35_534)), out));
    assertThat(Bytes.copyOf(out.toSend())).isEqualTo(before);
  }

  @Test
  void largerDataSizeTakesLargerPayload() {
    for (DataSize size : DataSize.values()) {
      PacketEncoder agreed = new PacketEncoder(size.maxPayloadBytes());
      agreed.encode(new Command.Body(bytes(size.maxPayloadBytes())), out);
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> agreed.encode(new Command.Body(bytes(size.maxPayloadBytes() + 1)), out));
    }
  }

  @Test
  void bodyHeaderAndChunkMakeABodyPacket() throws Exception {
    Bytes chunk = Bytes.ofLatin1("line\r\n");

    encoder.bodyHeader(chunk.length(), out);
    assertThat(out.size()).isEqualTo(5);
    ByteBuffer sent = ByteBuffer.allocate(11).put(out.toSend()).put(chunk.toBuffer()).flip();

    assertThat(Codec.commands().decode(sent)).contains(new Command.Body(chunk));
  }

  @Test
  void bodyHeaderStandsBehindOtherPackets() throws Exception {
    encoder.encode(new Command.EndOfHeaders(), out);
    encoder.bodyHeader(1, out);
    ByteBuffer sent = ByteBuffer.allocate(11).put(out.toSend()).put((byte) 'x').flip();

    assertThat(Codec.decodeAll(Codec.commands()::decode, sent))
        .containsExactly(new Command.EndOfHeaders(), new Command.Body(Bytes.ofLatin1("x")));
  }

  @Test
  void bodyHeaderRefusesAnEmptyOrTooLargeChunk() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> encoder.bodyHeader(0, out))
        .withMessage("body chunk has 0 bytes, must have at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> encoder.bodyHeader(65_536, out))
        .withMessageContaining("limit is 65535");
    assertThat(out.size()).isZero();
  }

  @Test
  void takesNoMemoryOnceTheBufferIsLargeEnough() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Command command = new Command.Helo(Bytes.ofLatin1("client.example.org"));
    Reply reply = new Reply.Continue();
    long thread = Thread.currentThread().threadId();
    threads.getThreadAllocatedBytes(thread);
    encodeBoth(command, reply);

    long before = threads.getThreadAllocatedBytes(thread);
    for (int i = 0; i < 10_000; i++) {
      encodeBoth(command, reply);
    }

    assertThat(threads.getThreadAllocatedBytes(thread) - before).isLessThan(10_000);
  }

  private void encodeBoth(Command command, Reply reply) {
    out.clear();
    encoder.encode(command, out);
    encoder.encode(reply, out);
    out.toSend();
  }

  @Test
  void idleBufferKeepsLittle() {
    assertThat(out.capacity()).isEqualTo(512);
    encoder.encode(new Command.Body(bytes(65_535)), out);
    assertThat(out.size()).isEqualTo(65_540);

    out.clear();

    assertThat(out.size()).isZero();
    assertThat(out.capacity()).isEqualTo(512);
    assertThat(out.toSend().hasRemaining()).isFalse();
  }

  @Test
  void modestBufferIsKeptForTheNextPackets() {
    encoder.encode(new Command.Helo(text(2_000)), out);
    int capacity = out.capacity();

    out.clear();

    assertThat(out.capacity()).isEqualTo(capacity);
  }

  @Test
  void offerWithMacroListsCannotBeBuilt() {
    MacroList list = new MacroList(0, Bytes.ofLatin1("j"));
    Negotiation wish = new Negotiation(6, Actions.ALL, ProtocolSteps.NONE, List.of(list));

    assertThatIllegalArgumentException().isThrownBy(() -> new Command.Negotiate(wish));
  }
}
