package org.miltergate.bench.wire;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.miltergate.milter.wire.MalformedPacketException;
import org.miltergate.milter.wire.PacketBuffer;
import org.miltergate.milter.wire.PacketEncoder;
import org.miltergate.milter.wire.Reply;
import org.miltergate.milter.wire.ReplyDecoder;
import org.miltergate.milter.wire.Strictness;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The cost of encoding one reply, as a milter does, and of decoding it, as the MTA does. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ReplyCodec {
  private static final int MAX_FRAME = 1 << 16;

  /** The reply. */
  @Param public ReplySample packet = ReplySample.CONTINUE;

  private final PacketEncoder encoder = new PacketEncoder();
  private final PacketBuffer out = new PacketBuffer();
  private final ReplyDecoder decoder = new ReplyDecoder(MAX_FRAME, Strictness.LENIENT);
  private Reply reply = packet.make();
  private ByteBuffer encoded = ByteBuffer.allocate(0);

  /** Makes the reply and its bytes. */
  @Setup
  public void prepare() {
    reply = packet.make();
    PacketBuffer buffer = new PacketBuffer();
    encoder.encode(reply, buffer);
    encoded = ByteBuffer.allocate(buffer.size()).put(buffer.toSend()).flip();
  }

  /** Encodes it into a reused buffer. */
  @Benchmark
  public int encode() {
    encoder.encode(reply, out);
    int size = out.size();
    out.clear();
    return size;
  }

  /** Decodes it. */
  @Benchmark
  public Optional<Reply> decode() throws MalformedPacketException {
    encoded.rewind();
    return decoder.decode(encoded);
  }
}
