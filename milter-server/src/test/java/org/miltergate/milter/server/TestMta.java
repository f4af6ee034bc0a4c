package org.miltergate.milter.server;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.Actions;
import org.miltergate.milter.wire.ClientAddress;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.MacroValue;
import org.miltergate.milter.wire.MalformedPacketException;
import org.miltergate.milter.wire.Negotiation;
import org.miltergate.milter.wire.PacketBuffer;
import org.miltergate.milter.wire.PacketEncoder;
import org.miltergate.milter.wire.ProtocolSteps;
import org.miltergate.milter.wire.Reply;
import org.miltergate.milter.wire.ReplyDecoder;
import org.miltergate.milter.wire.Strictness;
import org.miltergate.net.ByteStream;
import org.miltergate.net.Endpoint;
import org.miltergate.net.SocketDialer;
import org.miltergate.net.Watchdog;

/** Sends commands in any order; is closed after ten seconds whatever happens. */
public final class TestMta implements Closeable {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final ByteStream connection;
  private final Watchdog.Watch watch;
  private final ReplyDecoder decoder = new ReplyDecoder(1 << 20, Strictness.STRICT);
  private final ByteBuffer in = ByteBuffer.allocate(1 << 20).limit(0);

  public TestMta(Endpoint address) throws IOException {
    connection = new SocketDialer().dial(address, LIMIT);
    watch = Watchdog.shared().watch(connection);
    watch.arm(LIMIT);
  }

  static Bytes bytes(String text) {
    return Bytes.ofLatin1(text);
  }

  static Command connect() {
    return new Command.Connect(bytes("c.test"), ClientAddress.UNKNOWN);
  }

  static Command helo(String name) {
    return new Command.Helo(bytes(name));
  }

  public static Command mail(String sender) {
    return new Command.Mail(bytes(sender), List.of());
  }

  public static Command rcpt(String recipient) {
    return new Command.Rcpt(bytes(recipient), List.of());
  }

  public static Command header(String name, String value) {
    return new Command.Header(bytes(name), bytes(value));
  }

  static Command body(String text) {
    return new Command.Body(bytes(text));
  }

  public static Command macro(char letter, String name, String value) {
    return new Command.Macro((byte) letter, List.of(new MacroValue(bytes(name), bytes(value))));
  }

  public Negotiation negotiate() throws IOException, MalformedPacketException {
    return negotiate(6, Actions.ALL.bits(), ProtocolSteps.ALL.bits());
  }

  Negotiation negotiate(int version, int actions, int steps)
      throws IOException, MalformedPacketException {
    Reply reply =
        ask(
            new Command.Negotiate(
                new Negotiation(version, new Actions(actions), new ProtocolSteps(steps))));
    return ((Reply.Negotiate) reply).wish();
  }

  public TestMta send(Command... commands) throws IOException {
    PacketBuffer out = new PacketBuffer();
    for (Command command : commands) {
      new PacketEncoder(1 << 20).encode(command, out);
    }
    connection.write(out.toSend());
    return this;
  }

  /** Sends one command and reads one reply. */
  public Reply ask(Command command) throws IOException, MalformedPacketException {
    send(command);
    return read().orElseThrow(() -> new IOException("closed instead of an answer"));
  }

  /** Sends the end of the message, and reads up to the verdict. */
  public List<Reply> askForTheEnd() throws IOException, MalformedPacketException {
    send(new Command.EndOfMessage());
    List<Reply> replies = new ArrayList<>();
    do {
      replies.add(read().orElseThrow(() -> new IOException("closed instead of a verdict")));
    } while (!(replies.get(replies.size() - 1) instanceof Reply.Verdict));
    return replies;
  }

  /** Returns empty at the end of the stream. */
  Optional<Reply> read() throws IOException, MalformedPacketException {
    Optional<Reply> reply = decoder.decode(in);
    while (reply.isEmpty()) {
      in.compact();
      int count = connection.read(in);
      in.flip();
      if (count < 0) {
        return Optional.empty();
      }
      reply = decoder.decode(in);
    }
    return reply;
  }

  @Override
  public void close() {
    watch.close();
    connection.close();
  }
}
