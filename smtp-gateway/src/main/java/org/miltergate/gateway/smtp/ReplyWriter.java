package org.miltergate.gateway.smtp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import org.miltergate.milter.mail.SmtpReply;

/**
 * Collects replies and writes them in one piece, as pipelining wants it.
 *
 * <p>Whoever waits for the client has to call {@link #flush} before.
 *
 * <p>Confined to the session's thread.
 *
 * @see "RFC 2920 3.2"
 */
final class ReplyWriter {
  private static final int FLUSH_BYTES = 8 * 1024;

  private final ClientSocket client;
  private final Duration limit;
  private final ByteArrayOutputStream waiting = new ByteArrayOutputStream(512);

  /**
   * @param limit for one write; the connection is closed if the client does not read in that time
   */
  ReplyWriter(ClientSocket client, Duration limit) {
    this.client = client;
    this.limit = limit;
  }

  void add(SmtpReply reply) throws IOException {
    waiting.writeBytes(reply.toBytes().toArray());
    if (waiting.size() >= FLUSH_BYTES) {
      flush();
    }
  }

  void flush() throws IOException {
    if (waiting.size() > 0) {
      byte[] bytes = waiting.toByteArray();
      waiting.reset();
      client.write(bytes, bytes.length, limit);
    }
  }
}
