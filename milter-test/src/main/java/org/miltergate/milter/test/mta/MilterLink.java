package org.miltergate.milter.test.mta;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.test.mta.MilterFaultException.Fault;
import org.miltergate.milter.text.DurationText;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.MalformedPacketException;
import org.miltergate.milter.wire.PacketBuffer;
import org.miltergate.milter.wire.PacketEncoder;
import org.miltergate.milter.wire.Reply;
import org.miltergate.milter.wire.ReplyDecoder;
import org.miltergate.milter.wire.Strictness;
import org.miltergate.net.ByteStream;
import org.miltergate.net.Deadline;
import org.miltergate.net.DeadlineException;
import org.miltergate.net.LocalFailureException;
import org.miltergate.net.Watchdog;

/**
 * One connection to a milter, packet by packet: any packet or bytes at any time, in any pieces.
 *
 * <p>Nothing is checked except that what comes is a packet. Each call ends within its limit; after
 * a limit has passed the connection is closed. Not thread-safe; use from one thread at a time,
 * except for {@link #close}.
 */
public final class MilterLink implements AutoCloseable {
  private static final int FIRST_BUFFER_BYTES = 4096;
  private static final int SHOWN_BYTES = 40;

  /** For packets that are too large on purpose. */
  private static final int MAX_SENT_BYTES = 64 << 20;

  private final ByteStream stream;
  private final String milter;
  private final Duration limit;
  private final int maxPacketBytes;
  private final ReplyDecoder decoder;
  private final Watchdog.Watch watch;
  private final Transcript transcript = new Transcript();
  private final PacketEncoder encoder = new PacketEncoder(MAX_SENT_BYTES);
  private final PacketBuffer out = new PacketBuffer();

  private ByteBuffer in = ByteBuffer.allocate(FIRST_BUFFER_BYTES).limit(0);
  private boolean anyPacketSeen;
  private boolean closed;

  /**
   * Takes a stream that is connected.
   *
   * @param milter what it is called in messages
   * @param limit for each write, and for each reply
   * @param maxPacketBytes limit for the length of a packet from the milter
   */
  MilterLink(
      ByteStream stream, String milter, Duration limit, int maxPacketBytes, Strictness strictness) {
    this.stream = stream;
    this.milter = milter;
    this.limit = limit;
    this.maxPacketBytes = maxPacketBytes;
    this.decoder = new ReplyDecoder(maxPacketBytes, strictness);
    this.watch = Watchdog.shared().watch(stream);
  }

  /** Sends packets in one write. */
  public void send(Command... commands) throws IOException {
    out.clear();
    for (Command command : commands) {
      transcript.sent(command);
      encoder.encode(command, out);
    }
    write(out.toSend());
  }

  /** Sends bytes as they are, whether they are packets or not. */
  public void sendBytes(Bytes raw) throws IOException {
    transcript.did("raw " + hex(raw));
    write(raw.toBuffer());
  }

  /**
   * Sends packets in pieces of a few bytes, each in a write of its own.
   *
   * @param pieceBytes size of a piece, at least 1
   */
  public void sendInPieces(int pieceBytes, Command... commands) throws IOException {
    if (pieceBytes < 1) {
      throw new IllegalArgumentException("pieces of " + pieceBytes + " bytes, must be above 0");
    }
    out.clear();
    transcript.did("pieces " + pieceBytes);
    for (Command command : commands) {
      transcript.sent(command);
      encoder.encode(command, out);
    }
    ByteBuffer all = out.toSend();
    int end = all.limit();
    while (all.position() < end) {
      all.limit(Math.min(end, all.position() + pieceBytes));
      write(all);
    }
  }

  /** Returns the bytes of packets, for {@link #sendBytes}. */
  public Bytes encode(Command... commands) {
    PacketBuffer packets = new PacketBuffer();
    for (Command command : commands) {
      encoder.encode(command, packets);
    }
    return Bytes.copyOf(packets.toSend());
  }

  private static String hex(Bytes raw) {
    Bytes shown = raw.slice(0, Math.min(raw.length(), SHOWN_BYTES));
    String more = raw.length() > SHOWN_BYTES ? " ... # " + raw.length() + " bytes" : "";
    return HexFormat.ofDelimiter(" ").formatHex(shown.toArray()) + more;
  }

  private void write(ByteBuffer bytes) throws IOException {
    try {
      watch.run(limit, () -> stream.write(bytes));
    } catch (DeadlineException e) {
      closed = true;
      throw fault(Fault.TIMEOUT, "did not read within " + DurationText.of(limit), e);
    } catch (IOException e) {
      throw lost(e);
    }
  }

  /** Returns the next reply; waits for it as long as the driver's limit for a reply. */
  public Reply receive() throws IOException {
    return receive(limit);
  }

  /**
   * Returns the next reply.
   *
   * @throws MilterFaultException if none comes within {@code limit}, the milter closes, or what
   *     comes is no packet
   */
  public Reply receive(Duration limit) throws IOException {
    Deadline deadline = Deadline.in(limit);
    Optional<Reply> reply = decode();
    while (reply.isEmpty()) {
      makeRoom();
      int count;
      try {
        count = watch.call(deadline.within(limit), () -> stream.read(in));
      } catch (DeadlineException e) {
        closed = true;
        transcript.suffered("silent");
        throw fault(Fault.TIMEOUT, "no reply within " + DurationText.of(limit), e);
      } catch (IOException e) {
        throw lost(e);
      }
      in.flip();
      if (count < 0) {
        throw ended("a reply was due");
      }
      reply = decode();
    }
    return reply.get();
  }

  /** Returns a reply that has arrived already, if there is one; does not wait. */
  public Optional<Reply> receiveNow() throws IOException {
    Optional<Reply> reply = decode();
    if (reply.isPresent()) {
      return reply;
    }
    makeRoom();
    int count;
    try {
      count = stream.readNow(in);
    } catch (IOException e) {
      throw lost(e);
    }
    in.flip();
    if (count < 0) {
      throw ended("no command was under way");
    }
    return decode();
  }

  /**
   * Waits until the milter closes the connection; replies that come before that are left out.
   *
   * @return false if {@code limit} passed first; the connection is then closed by this side
   */
  public boolean awaitClose(Duration limit) throws IOException {
    Deadline deadline = Deadline.in(limit);
    try {
      while (true) {
        receive(deadline.within(limit));
      }
    } catch (MilterFaultException e) {
      return e.fault() != Fault.TIMEOUT;
    }
  }

  private Optional<Reply> decode() throws MilterFaultException {
    try {
      Optional<Reply> reply = decoder.decode(in);
      reply.ifPresent(r -> {
        anyPacketSeen = true;
        transcript.received(r);
      });
      return reply;
    } catch (MalformedPacketException e) {
      transcript.suffered("raw " + hex(Bytes.copyOf(in)));
      Fault fault =
          !anyPacketSeen && e.kind() == MalformedPacketException.Kind.BAD_LENGTH
              ? Fault.NOT_A_MILTER
              : Fault.MALFORMED_PACKET;
      throw fault(fault, "sent what is no packet: " + e.getMessage(), e);
    }
  }

  /** Makes the buffer ready to be read into, with room for at least one byte. */
  private void makeRoom() {
    in.compact();
    if (!in.hasRemaining()) {
      long larger = Math.min(2L * in.capacity(), maxPacketBytes + 8L);
      in = ByteBuffer.wrap(Arrays.copyOf(in.array(), (int) larger)).position(in.position());
    }
  }

  private MilterFaultException ended(String when) {
    transcript.suffered("close");
    try {
      decoder.end(in);
    } catch (MalformedPacketException e) {
      return fault(Fault.MALFORMED_PACKET, "closed the connection: " + e.getMessage(), e);
    }
    return fault(Fault.CLOSED, "closed the connection while " + when, null);
  }

  private IOException lost(IOException e) {
    if (LocalFailureException.isInterrupt(e) || closed) {
      return e;
    }
    transcript.suffered("reset");
    return fault(Fault.CLOSED, "the connection was lost: " + e.getMessage(), e);
  }

  MilterFaultException fault(Fault fault, String problem, @Nullable Throwable cause) {
    return new MilterFaultException(fault, milter, problem, transcript, cause);
  }

  /**
   * Returns what has been said so far, as text: {@code C:} from the MTA, {@code S:} from the
   * milter, {@code C!} and {@code S!} for what is no packet, {@code #} for remarks.
   */
  public String transcript() {
    return transcript.toString();
  }

  /** Adds a remark to what has been said. */
  void remark(String text) {
    transcript.remark(text);
  }

  /** Returns whether this side has closed the connection. */
  public boolean isClosed() {
    return closed;
  }

  /** Closes the connection without a word. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      transcript.did("close");
    }
    watch.close();
    stream.close();
  }
}
