package org.miltergate.milter.server;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.miltergate.milter.text.DurationText;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.CommandDecoder;
import org.miltergate.milter.wire.DataSize;
import org.miltergate.milter.wire.MalformedPacketException;
import org.miltergate.milter.wire.PacketBuffer;
import org.miltergate.milter.wire.PacketEncoder;
import org.miltergate.milter.wire.Reply;
import org.miltergate.net.ByteStream;
import org.miltergate.net.DeadlineException;
import org.miltergate.net.Watchdog;

/**
 * Packets on one connection of an MTA, each within its limits. Not thread-safe except for {@link
 * #close}; use from one thread at a time.
 */
final class PacketChannel implements ReplyWriter, Closeable {
  private static final int MAX_FRAME_BYTES = DataSize.USUAL.maxPayloadBytes() + 1;
  private static final int IDLE_BUFFER_BYTES = 512;
  private static final int GATHERED_BYTES = 32 * 1024;

  /** Thrown when the MTA has disconnected, which is not a failure of the milter. */
  static final class LostException extends IOException {
    private static final long serialVersionUID = 1;

    LostException(String message, IOException cause) {
      super(message, cause);
    }
  }

  private final ByteStream connection;
  private final Watchdog.Watch watch;
  private final Duration idleLimit;
  private final Duration writeLimit;
  private final CommandDecoder decoder = new CommandDecoder(MAX_FRAME_BYTES);
  private final PacketEncoder encoder = new PacketEncoder(DataSize.USUAL.maxPayloadBytes());
  private final PacketBuffer out = new PacketBuffer();

  /** Holds bytes that were read but not yet decoded, from its position to its limit. */
  private ByteBuffer in = ByteBuffer.allocate(IDLE_BUFFER_BYTES).limit(0);

  PacketChannel(ByteStream connection, Watchdog watchdog, Duration idleLimit, Duration writeLimit) {
    this.connection = connection;
    this.watch = watchdog.watch(connection);
    this.idleLimit = idleLimit;
    this.writeLimit = writeLimit;
  }

  /** Waits for one command; returns empty at the end of the stream. */
  Optional<Command> read() throws IOException, MalformedPacketException {
    Optional<Command> command = decoder.decode(in);
    if (command.isPresent()) {
      return command;
    }
    try {
      return watch.call(idleLimit, this::readOn);
    } catch (DeadlineException e) {
      throw new LostException("no complete command within " + DurationText.of(idleLimit), e);
    }
  }

  private Optional<Command> readOn() throws IOException, MalformedPacketException {
    Optional<Command> command = Optional.empty();
    while (command.isEmpty()) {
      makeRoom();
      if (fill() < 0) {
        decoder.end(in);
        return Optional.empty();
      }
      command = decoder.decode(in);
    }
    return command;
  }

  private int fill() throws LostException {
    in.compact();
    try {
      return connection.read(in);
    } catch (IOException e) {
      throw new LostException("connection lost: " + e.getMessage(), e);
    } finally {
      in.flip();
    }
  }

  /** Grows the buffer if one packet fills it, and releases a large one when it is empty. */
  private void makeRoom() {
    if (in.remaining() == in.capacity()) {
      int size = Math.min(4 * in.capacity(), MAX_FRAME_BYTES + Integer.BYTES);
      in = ByteBuffer.allocate(size).put(in).flip();
    } else if (!in.hasRemaining() && in.capacity() > IDLE_BUFFER_BYTES) {
      in = ByteBuffer.allocate(IDLE_BUFFER_BYTES).limit(0);
    }
  }

  @Override
  public void append(Reply reply) throws IOException {
    encoder.encode(reply, out);
    if (out.size() >= GATHERED_BYTES) {
      flush();
    }
  }

  @Override
  public void flush() throws IOException {
    if (out.size() == 0) {
      return;
    }
    try {
      watch.run(writeLimit, () -> connection.write(out.toSend()));
    } catch (DeadlineException e) {
      throw new LostException(
          "MTA did not read the reply within " + DurationText.of(writeLimit), e);
    } catch (IOException e) {
      throw new LostException("connection lost: " + e.getMessage(), e);
    }
    out.clear();
  }

  @Override
  public void close() {
    watch.close();
    connection.close();
  }
}
