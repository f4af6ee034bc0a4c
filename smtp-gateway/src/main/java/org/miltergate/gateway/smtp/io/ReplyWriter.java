package org.miltergate.gateway.smtp.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import org.miltergate.milter.mail.SmtpReply;

/**
 * Collects replies and writes them in one piece, as pipelining wants it.
 *
 * <p>Whoever waits for the client has to call {@link #flush} before.
 *
 * <p>Not thread-safe; used by the session's thread.
 *
 * @see "RFC 2920 3.2, RFC 6531 3.7.4.1"
 */
public final class ReplyWriter {
  private static final int FLUSH_BYTES = 8 * 1024;

  private final ClientSocket client;
  private final Duration limit;
  private final ByteArrayOutputStream waiting = new ByteArrayOutputStream(512);
  private boolean utf8;

  /**
   * @param limit for one write; the connection is closed if the client does not read in that time
   */
  public ReplyWriter(ClientSocket client, Duration limit) {
    this.client = client;
    this.limit = limit;
  }

  /** Sets whether the client reads UTF-8 in replies, since it said SMTPUTF8 in MAIL. */
  public void utf8(boolean value) {
    utf8 = value;
  }

  /** Adds a reply; a character that the client cannot read becomes a question mark. */
  public void add(SmtpReply reply) throws IOException {
    byte[] bytes = reply.toBytes().toArray();
    waiting.writeBytes(utf8 ? bytes : ascii(bytes));
    if (waiting.size() >= FLUSH_BYTES) {
      flush();
    }
  }

  public void flush() throws IOException {
    if (waiting.size() > 0) {
      byte[] bytes = waiting.toByteArray();
      waiting.reset();
      client.write(bytes, bytes.length, limit);
    }
  }

  private static byte[] ascii(byte[] utf8) {
    ByteArrayOutputStream ascii = new ByteArrayOutputStream(utf8.length);
    for (byte value : utf8) {
      boolean continues = (value & 0xc0) == 0x80;
      if (value >= 0) {
        ascii.write(value);
      } else if (!continues) {
        ascii.write('?');
      }
    }
    return ascii.toByteArray();
  }
}
