package org.miltergate.milter.session;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.DataSize;
import org.miltergate.milter.wire.MalformedPacketException;
import org.miltergate.milter.wire.PacketBuffer;
import org.miltergate.milter.wire.PacketEncoder;
import org.miltergate.milter.wire.Reply;
import org.miltergate.milter.wire.ReplyDecoder;
import org.miltergate.milter.wire.Strictness;
import org.miltergate.net.ByteStream;
import org.miltergate.net.DeadlineException;
import org.miltergate.net.LocalFailureException;
import org.miltergate.net.Watchdog;

/**
 * Packets over one connection, each within a time limit.
 *
 * <p>Small buffers that grow for a large packet and shrink afterwards, since most sessions are idle
 * most of the time. Any failure is final: the caller closes the stream.
 */
final class PacketStream implements Closeable {
  /** Far above what a filter has to say in one packet, except for a new body. */
  private static final int MAX_FRAME_BYTES = (1 << 20) + 1024;

  /** A longer piece of a new body is handed over bit by bit, as it comes. */
  private static final int LONG_BODY_BYTES = 64 * 1024;

  private static final int IDLE_BUFFER_BYTES = 512;
  private static final int GATHERED_BYTES = 32 * 1024;

  private final ByteStream connection;
  private final Watchdog.Watch watch;
  private final PacketBuffer out = new PacketBuffer();
  private final ReplyDecoder decoder = new ReplyDecoder(MAX_FRAME_BYTES, Strictness.LENIENT);
  private PacketEncoder encoder = new PacketEncoder(DataSize.USUAL.maxPayloadBytes());

  /** Comes after {@code out}: a large piece of a body, which is not copied. */
  private Bytes tail = Bytes.EMPTY;

  /** Holds what was read and not decoded, from its position to its limit. */
  private ByteBuffer in = ByteBuffer.allocate(IDLE_BUFFER_BYTES).limit(0);

  /** What is still to come of a long piece of a new body. */
  private long bodyLeft;

  PacketStream(ByteStream connection, Watchdog watchdog) {
    this.connection = connection;
    this.watch = watchdog.watch(connection);
  }

  void maxPayloadBytes(int bytes) {
    encoder = new PacketEncoder(bytes);
  }

  /**
   * Queues a packet for the next write. None may follow a {@linkplain #isFull full} one before it
   * is written.
   *
   * @throws LocalFailureException if it is larger than a milter takes: a client can provoke that,
   *     and the milter has not failed
   */
  void append(Command command) throws LocalFailureException {
    try {
      if (command instanceof Command.Body(Bytes chunk) && chunk.length() >= GATHERED_BYTES) {
        encoder.bodyHeader(chunk.length(), out);
        tail = chunk;
      } else {
        encoder.encode(command, out);
      }
    } catch (IllegalArgumentException e) {
      throw new LocalFailureException("cannot be told: " + e.getMessage(), e);
    }
  }

  /** Returns whether so much waits that it has to be written now, answered or not. */
  boolean isFull() {
    return out.size() + tail.length() >= GATHERED_BYTES;
  }

  /** Writes all that waits, in one write. */
  void flush(Duration limit, String what) throws MilterException, LocalFailureException {
    if (out.size() == 0) {
      return;
    }
    try {
      watch.run(limit, this::write);
    } catch (DeadlineException e) {
      requireNoInterrupt("while sending " + what, e);
      throw new MilterTimeoutException("did not take " + what + " within " + Limits.text(limit), e);
    } catch (IOException e) {
      throw broken("while sending " + what, e);
    }
    out.clear();
    tail = Bytes.EMPTY;
  }

  private void write() throws IOException {
    if (tail.isEmpty()) {
      connection.write(out.toSend());
    } else {
      connection.write(out.toSend(), tail.toBuffer());
    }
  }

  /**
   * Waits for one packet, or for the next part of a long piece of a new body. Filters send a new
   * body of any length in one packet; it is never held as a whole.
   *
   * @param limit for the whole packet, not for each byte of it; inside of one, what is left of that
   */
  Reply read(Duration limit, String what) throws MilterException, LocalFailureException {
    Optional<Reply> reply = decode(what);
    if (reply.isPresent()) {
      return reply.get();
    }
    try {
      return watch.call(limit, () -> readOn(what));
    } catch (MilterException e) {
      throw e;
    } catch (DeadlineException e) {
      requireNoInterrupt("while waiting for the answer to " + what, e);
      throw new MilterTimeoutException("no answer to " + what + " within " + Limits.text(limit), e);
    } catch (IOException e) {
      throw broken("while waiting for the answer to " + what, e);
    }
  }

  private Reply readOn(String what) throws IOException {
    while (true) {
      makeRoom();
      if (fill() < 0) {
        throw endOfStream(what);
      }
      Optional<Reply> reply = decode(what);
      if (reply.isPresent()) {
        return reply.get();
      }
    }
  }

  /** Gives back the memory that a large packet took, so that an idle session holds little. */
  void giveBack() {
    if (!in.hasRemaining() && in.capacity() > IDLE_BUFFER_BYTES) {
      in = ByteBuffer.allocate(IDLE_BUFFER_BYTES).limit(0);
    }
  }

  /** Returns how many bytes both buffers hold, used or not. */
  int capacity() {
    return in.capacity() + out.capacity();
  }

  /** Returns what to throw for a broken connection, unless the failure is this side's. */
  private MilterException broken(String when, IOException cause) throws LocalFailureException {
    requireNoInterrupt(when, cause);
    String text = "connection broke " + when + ": " + cause.getMessage();
    return in.hasRemaining() || bodyLeft > 0
        ? new MilterException(text, cause)
        : new MilterClosedException(text, cause);
  }

  /**
   * Ensures that nothing was said unasked: whoever did so is out of step from now on. Sees what has
   * arrived by now.
   */
  void requireSilence(String next) throws MilterException, LocalFailureException {
    try {
      if (!in.hasRemaining()) {
        in.clear();
        int count = connection.readNow(in);
        in.flip();
        if (count < 0) {
          throw new MilterClosedException("closed the connection before " + next);
        }
      }
    } catch (MilterException e) {
      throw e;
    } catch (IOException e) {
      requireNoInterrupt("before " + next, e);
      throw new MilterClosedException("connection broke before " + next + ": " + e.getMessage(), e);
    }
    requireNothingLeft(next);
  }

  /** Returns whether the milter has closed the connection and nothing of what it said is left. */
  boolean isOver() {
    if (in.hasRemaining()) {
      return false;
    }
    try {
      in.clear();
      return connection.readNow(in) < 0;
    } catch (IOException e) {
      return true;
    } finally {
      in.flip();
    }
  }

  private static void requireNoInterrupt(String when, IOException cause)
      throws LocalFailureException {
    if (LocalFailureException.isInterrupt(cause)) {
      throw new LocalFailureException("interrupted " + when, cause);
    }
  }

  /** As {@link #requireSilence}, but sees only what came together with the last answer. */
  void requireNothingLeft(String next) throws MilterProtocolException {
    if (in.hasRemaining()) {
      throw new MilterProtocolException(
          String.format(
              Locale.ROOT, "sent %d bytes before %s, unasked: out of step", in.remaining(), next));
    }
  }

  /** Returns whether the last reply read was a part of a packet, and more of it is to come. */
  boolean isInsidePacket() {
    return bodyLeft > 0;
  }

  private Optional<Reply> decode(String what) throws MilterProtocolException {
    if (bodyLeft == 0) {
      long length = decoder.bodyLength(in);
      if (length == Long.MAX_VALUE) {
        return Optional.empty();
      }
      if (length <= LONG_BODY_BYTES) {
        return decodeWhole(what);
      }
      in.position(in.position() + ReplyDecoder.BODY_OFFSET);
      bodyLeft = length;
    }
    return decodePart();
  }

  /** Waits for as much as there is room for, so that a slow milter costs few objects. */
  private Optional<Reply> decodePart() {
    int length = (int) Math.min(bodyLeft, in.remaining());
    if (length < bodyLeft && length < in.capacity() / 2) {
      return Optional.empty();
    }
    Bytes part = Bytes.copyOf(in.slice(in.position(), length));
    in.position(in.position() + length);
    bodyLeft -= length;
    return Optional.of(new Reply.ReplaceBody(part));
  }

  private Optional<Reply> decodeWhole(String what) throws MilterProtocolException {
    try {
      return decoder.decode(in);
    } catch (MalformedPacketException e) {
      throw new MilterProtocolException("answer to " + what + ": " + e.getMessage(), e);
    }
  }

  private int fill() throws IOException {
    in.compact();
    try {
      return connection.read(in);
    } finally {
      in.flip();
    }
  }

  /** Grows the buffer if one packet fills it, and lets a large one go when it is empty. */
  private void makeRoom() {
    if (bodyLeft > 0) {
      if (in.capacity() < LONG_BODY_BYTES) {
        in = ByteBuffer.allocate(LONG_BODY_BYTES).put(in).flip();
      }
    } else if (in.remaining() == in.capacity()) {
      int size = Math.min(2 * in.capacity(), MAX_FRAME_BYTES + Integer.BYTES);
      in = ByteBuffer.allocate(size).put(in).flip();
    } else {
      giveBack();
    }
  }

  private MilterException endOfStream(String what) {
    return in.hasRemaining() || bodyLeft > 0
        ? new MilterProtocolException(
            String.format(
                Locale.ROOT,
                "closed the connection in the middle of a packet, after %d bytes of the answer to"
                    + " %s",
                in.remaining(),
                what))
        : new MilterClosedException("closed the connection instead of answering " + what);
  }

  @Override
  public void close() {
    watch.close();
    connection.close();
  }
}
