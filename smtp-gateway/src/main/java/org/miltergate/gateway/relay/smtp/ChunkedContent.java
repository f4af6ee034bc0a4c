package org.miltergate.gateway.relay.smtp;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.miltergate.gateway.relay.MessageRefusedException;
import org.miltergate.gateway.relay.OutboundMessage;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.SmtpReply;

/**
 * Content in one chunk with BDAT (RFC 3030): no dots and no line end are added, and there is no
 * reply to wait for first.
 */
final class ChunkedContent implements ContentSender {
  private final SmtpConnection connection;
  private final OutboundMessage message;
  private @Nullable OutputStream kept;

  ChunkedContent(SmtpConnection connection, OutboundMessage message) {
    this.connection = connection;
    this.message = message;
  }

  @Override
  public Optional<SmtpCommand> announcement() {
    return Optional.empty();
  }

  @Override
  public void sendKeepingLast() throws IOException {
    kept = startChunk(" LAST\r\n");
  }

  @Override
  public void sendWithoutEnd() throws IOException {
    startChunk("\r\n").flush();
    SmtpReply reply = connection.read(SmtpStep.CONTENT);
    if (!reply.isPositive()) {
      connection.requireFailure(SmtpStep.CONTENT, reply);
      throw new MessageRefusedException(reply, connection.said(SmtpStep.CONTENT, reply));
    }
  }

  @Override
  public void sendEnd() throws IOException {
    if (kept != null) {
      kept.flush(); // not sent at all if anything has failed
      return;
    }
    BlockSender.requireNoRefusal(connection);
    BlockSender.write(
        connection, SmtpStep.END_OF_DATA, Bytes.ofLatin1("BDAT 0 LAST\r\n").toBuffer());
  }

  /** Sends a chunk except for the last bytes, which go out when it is flushed. */
  private OutputStream startChunk(String end) throws IOException {
    // The length is known for sure only when it has been counted: some messages get a line more.
    Counter counter = new Counter();
    message.message().writeTo(counter, message.received());
    BlockSender sender = new BlockSender(connection);
    OutputStream out = new BufferedOutputStream(new Chunk(sender), DotStuffer.BLOCK_BYTES);
    out.write(Bytes.ofLatin1("BDAT " + counter.count + end).toArray());
    message.message().writeTo(out, message.received());
    return out;
  }

  /** Counts what is written. */
  private static final class Counter extends OutputStream {
    private long count;

    @Override
    public void write(int value) {
      count++;
    }

    @Override
    public void write(byte[] data, int offset, int length) {
      count += length;
    }
  }

  /** Passes blocks on. */
  private static final class Chunk extends OutputStream {
    private final DotStuffer.Sink sink;

    Chunk(DotStuffer.Sink sink) {
      this.sink = sink;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] data, int offset, int length) throws IOException {
      sink.accept(ByteBuffer.wrap(data, offset, length));
    }
  }
}
