package org.miltergate.bench.wire;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.CommandDecoder;
import org.miltergate.milter.wire.MalformedPacketException;
import org.miltergate.milter.wire.PacketBuffer;
import org.miltergate.milter.wire.PacketEncoder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The cost of encoding one command, as the MTA does, and of decoding it, as a milter does. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CommandCodec {
  private static final int MAX_FRAME = 1 << 16;

  /** The command. */
  @Param public CommandSample packet = CommandSample.HEADER;

  private final PacketEncoder encoder = new PacketEncoder();
  private final PacketBuffer out = new PacketBuffer();
  private final CommandDecoder decoder = new CommandDecoder(MAX_FRAME);
  private Command command = packet.make();
  private ByteBuffer encoded = ByteBuffer.allocate(0);

  /** Makes the command and its bytes. */
  @Setup
  public void prepare() {
    command = packet.make();
    PacketBuffer buffer = new PacketBuffer();
    encoder.encode(command, buffer);
    encoded = ByteBuffer.allocate(buffer.size()).put(buffer.toSend()).flip();
  }

  /** Encodes it into a reused buffer. */
  @Benchmark
  public int encode() {
    encoder.encode(command, out);
    int size = out.size();
    out.clear();
    return size;
  }

  /** Decodes it. */
  @Benchmark
  public Optional<Command> decode() throws MalformedPacketException {
    encoded.rewind();
    return decoder.decode(encoded);
  }
}
