package org.miltergate.gateway.intake;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.miltergate.gateway.smtp.content.HopCheck;
import org.miltergate.gateway.smtp.session.ClientIdentity;
import org.miltergate.gateway.smtp.session.SessionState;
import org.miltergate.gateway.smtp.syntax.Printable;
import org.miltergate.gateway.tls.TlsFacts;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Recipient;

/**
 * Creates our own {@code Received} field, in Postfix's layout.
 *
 * @see "RFC 5321 4.4, RFC 3848, RFC 6531 4.3"
 */
final class ReceivedField {
  /** The destination that the field states. */
  enum Way {
    DELIVERY("Miltergate"),
    /** Quarantine. A release from it is not a loop: {@link HopCheck} does not count this pass. */
    QUARANTINE("Miltergate quarantine");

    private final String comment;

    Way(String comment) {
      this.comment = comment;
    }

    String comment() {
      return comment;
    }
  }

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
   * @param recipients named only if there is one, so that recipients do not learn of each other
   */
  Bytes of(
      Way way, SessionState session, String queueId, List<Recipient> recipients, Instant when) {
    ClientIdentity client = session.client();
    StringBuilder field = new StringBuilder();
    field
        .append("Received: from ")
        .append(session.helo().isEmpty() ? client.name() : word(session.helo()))
        .append(" (")
        .append(client.name())
        .append(" [")
        .append(client.taggedAddress())
        .append("])\r\n");
    session.tls().ifPresent(tls -> field.append(comments(tls, session.isCertificateAsked())));
    field.append("\tby ").append(hostname).append(" (").append(way.comment()).append(") with ");
    field.append(session.protocol());
    field.append(" id ").append(queueId);
    if (recipients.size() == 1) {
      String recipient = Printable.utf8(recipients.getFirst().mailbox());
      field.append("\r\n\tfor <").append(recipient).append('>');
    }
    field.append(";\r\n\t").append(DATE.format(when)).append("\r\n");
    return Bytes.ofUtf8(field.toString());
  }

  /** As Postfix writes it with {@code smtpd_tls_received_header = yes}. */
  private static String comments(TlsFacts tls, boolean certificateAsked) {
    String certificate = "No client certificate requested";
    if (tls.peer() != TlsFacts.Peer.ANONYMOUS) {
      certificate =
          "Client CN \"%s\", Issuer \"%s\" (%s)"
              .formatted(
                  comment(tls.subject()),
                  comment(tls.issuer()),
                  tls.isPeerTrusted() ? "verified OK" : "not verified");
    } else if (certificateAsked) {
      certificate = "Client did not present a certificate";
    }
    return "\t(using %s)\r\n\t(%s)\r\n".formatted(tls, certificate);
  }

  /** Characters that could end a comment or begin another become {@code ?}. */
  private static String comment(String text) {
    return Printable.utf8(Bytes.ofUtf8(text)).replaceAll("[()\\\\\"]", "?");
  }

  /**
   * A client may send anything: characters that could end the word or begin a comment become {@code
   * ?}.
   */
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
