package org.miltergate.milter.test;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
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

/** Sends what it is told, in any order, and ends after ten seconds whatever happens. */
final class RawMta implements Closeable {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final ByteStream connection;
  private final Watchdog.Watch watch;
  private final ReplyDecoder decoder = new ReplyDecoder(1 << 21, Strictness.LENIENT);
  private final ByteBuffer in = ByteBuffer.allocate(1 << 20).limit(0);

  RawMta(Endpoint address) throws IOException {
    connection = new SocketDialer().dial(address, LIMIT);
    watch = Watchdog.shared().watch(connection);
    watch.arm(LIMIT);
  }

  static Command offer() {
    return new Command.Negotiate(new Negotiation(6, Actions.ALL, ProtocolSteps.ALL));
  }

  static Command connect() {
    return new Command.Connect(
        bytes("mail.example.org"),
        new ClientAddress(ClientAddress.Family.INET4, 4711, bytes("192.0.2.1")));
  }

  static Command mail(String sender, String... arguments) {
    return new Command.Mail(bytes(sender), List.of(arguments).stream().map(RawMta::bytes).toList());
  }

  static Command rcpt(String recipient) {
    return new Command.Rcpt(bytes(recipient), List.of());
  }

  static Command header(String name, String value) {
    return new Command.Header(bytes(name), bytes(value));
  }

  static Command macro(char letter, String name, String value) {
    return new Command.Macro((byte) letter, List.of(new MacroValue(bytes(name), bytes(value))));
  }

  static Bytes bytes(String text) {
    return Bytes.ofLatin1(text);
  }

  RawMta send(Command... commands) throws IOException {
    PacketBuffer out = new PacketBuffer();
    for (Command command : commands) {
      new PacketEncoder(1 << 20).encode(command, out);
    }
    connection.write(out.toSend());
    return this;
  }

  RawMta sendBytes(byte... bytes) throws IOException {
    connection.write(ByteBuffer.wrap(bytes));
    return this;
  }

  /** Sends one command and reads one reply. */
  Reply ask(Command command) throws IOException, MalformedPacketException {
    send(command);
    return read().orElseThrow(() -> new IOException("closed instead of an answer"));
  }

  /** Returns empty at the end of the stream. */
  Optional<Reply> read() throws IOException, MalformedPacketException {
    Optional<Reply> reply = decoder.decode(in);
    while (reply.isEmpty() && fill()) {
      reply = decoder.decode(in);
    }
    return reply;
  }

  /** Reads to the end of the stream, and returns the bytes. */
  Bytes readBytesToEnd() throws IOException {
    while (fill()) {
      // goes on until the milter closes
    }
    return Bytes.copyOf(in);
  }

  private boolean fill() throws IOException {
    in.compact();
    try {
      return connection.read(in) > 0;
    } finally {
      in.flip();
    }
  }

  @Override
  public void close() {
    watch.close();
    connection.close();
  }
}
