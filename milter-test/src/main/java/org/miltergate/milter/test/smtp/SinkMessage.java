package org.miltergate.milter.test.smtp;

import java.util.List;
import org.miltergate.milter.bytes.Bytes;

/**
 * One message that was sent to its final dot.
 *
 * @param session number of the connection
 * @param mail the MAIL line, as sent
 * @param recipients the RCPT lines that were accepted, as sent
 * @param stuffed the bytes after the DATA line, up to but not including the line with the single
 *     dot
 * @param content the same without dot-stuffing
 * @param accepted whether the reply after the dot was positive (for LMTP: one of them)
 */
public record SinkMessage(
    int session,
    String mail,
    List<String> recipients,
    Bytes stuffed,
    Bytes content,
    boolean accepted) {
  public SinkMessage {
    recipients = List.copyOf(recipients);
  }
}
