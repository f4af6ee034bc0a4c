package org.miltergate.bench;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.Command;
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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What one packet costs to encode and to decode. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Codec {
  private static final int MAX_FRAME = 1 << 16;

  private final PacketEncoder encoder = new PacketEncoder();
  private final PacketBuffer out = new PacketBuffer();
  private final ReplyDecoder replies = new ReplyDecoder(MAX_FRAME, Strictness.LENIENT);
  private final Command header =
      new Command.Header(Bytes.ofLatin1("Subject"), Bytes.ofLatin1(" minutes of the meeting"));
  private final Command body = new Command.Body(Bytes.copyOf(new byte[4096]));
  private final Command mail =
      new Command.Mail(Bytes.ofLatin1("<alice@client.example>"), List.of());
  private final ByteBuffer continued = reply(new Reply.Continue());
  private final ByteBuffer added =
      reply(new Reply.AddHeader(Bytes.ofLatin1("X-Seen"), Bytes.ofLatin1("yes")));

  private ByteBuffer reply(Reply reply) {
    PacketBuffer buffer = new PacketBuffer();
    encoder.encode(reply, buffer);
    return ByteBuffer.wrap(Bytes.copyOf(buffer.toSend()).toArray());
  }

  private int encoded(Command command) {
    encoder.encode(command, out);
    int size = out.size();
    out.clear();
    return size;
  }

  /** A header field. */
  @Benchmark
  public int encodeHeader() {
    return encoded(header);
  }

  /** A sender without arguments. */
  @Benchmark
  public int encodeMail() {
    return encoded(mail);
  }

  /** A body of 4 KiB, copied. */
  @Benchmark
  public int encodeBody() {
    return encoded(body);
  }

  /** The verdict that nearly every reply is. */
  @Benchmark
  public Optional<Reply> decodeContinue() throws MalformedPacketException {
    continued.rewind();
    return replies.decode(continued);
  }

  /** An edit: one record with two texts. */
  @Benchmark
  public Optional<Reply> decodeAddHeader() throws MalformedPacketException {
    added.rewind();
    return replies.decode(added);
  }
}
