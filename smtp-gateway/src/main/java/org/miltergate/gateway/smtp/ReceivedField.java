package org.miltergate.gateway.smtp;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Recipient;

/**
 * Makes our own {@code Received} field, in Postfix's layout.
 *
 * @see "RFC 5321 4.4, RFC 3848, RFC 6531 4.3"
 */
final class ReceivedField {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss '+0000 (UTC)'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final String hostname;

  ReceivedField(String hostname) {
    this.hostname = hostname;
  }

  /**
   * Returns the field with its line end.
   *
   * @param helo as the client gave it; empty if it gave none
   * @param protocol {@code SMTP}, {@code ESMTP}, {@code UTF8SMTP}
   * @param recipients named only if there is one, so that no recipient learns of another
   */
  Bytes of(
      ClientIdentity client,
      Bytes helo,
      String protocol,
      String queueId,
      List<Recipient> recipients,
      Instant when) {
    StringBuilder field = new StringBuilder();
    field
        .append("Received: from ")
        .append(helo.isEmpty() ? client.name() : word(helo))
        .append(" (%s [%s])\r\n".formatted(client.name(), client.taggedAddress()))
        .append("\tby %s (Miltergate) with %s id %s".formatted(hostname, protocol, queueId));
    if (recipients.size() == 1) {
      field.append("\r\n\tfor <%s>".formatted(Printable.utf8(recipients.getFirst().mailbox())));
    }
    field.append(";\r\n\t").append(DATE.format(when)).append("\r\n");
    return Bytes.ofUtf8(field.toString());
  }

  /** A client may say anything: what could end the word or begin a comment becomes {@code ?}. */
  private static String word(Bytes helo) {
    StringBuilder word = new StringBuilder(Printable.ascii(helo));
    for (int i = 0; i < word.length(); i++) {
      if (" ()<>;\\\"".indexOf(word.charAt(i)) >= 0) {
        word.setCharAt(i, '?');
      }
    }
    return word.toString();
  }
}
