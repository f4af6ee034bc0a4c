package org.miltergate.milter.test.smtp;

import java.util.List;
import org.miltergate.milter.bytes.Bytes;

/**
 * One message that was sent to its final dot.
 *
 * @param session number of the connection
 * @param mail the MAIL line, as sent
 * @param recipients the RCPT lines that were accepted, as sent
 * @param stuffed the bytes behind the DATA line up to and without the line with the single dot
 * @param content the same with the dots at line starts taken off again
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
