package org.miltergate.gateway.relay.delivery;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.miltergate.gateway.relay.EightBitFinder;
import org.miltergate.gateway.relay.MailOption;
import org.miltergate.gateway.relay.MailParameters;
import org.miltergate.gateway.relay.MessageRefusedException;
import org.miltergate.gateway.relay.OutboundMessage;
import org.miltergate.gateway.relay.smtp.Extensions;
import org.miltergate.gateway.relay.smtp.SmtpConnection;
import org.miltergate.gateway.tls.TlsFacts;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Envelope;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.SmtpReply;

/** Refuses messages that the next hop cannot accept, before they are sent. */
final class NextHopFit {
  private NextHopFit() {}

  /**
   * Keeps line ends out of the dialogue, wherever an address may come from.
   *
   * @throws MessageRefusedException if there is one
   */
  static void requireSafeAddresses(Envelope envelope) throws MessageRefusedException {
    boolean safe =
        isPrintable(envelope.sender().path())
            && envelope.recipients().stream().allMatch(r -> isPrintable(r.path()));
    if (!safe) {
      String text = "Address contains a control character";
      throw new MessageRefusedException(SmtpReply.of(553, "5.1.3 " + text), text);
    }
  }

  /**
   * Compares a message with what the next hop offers.
   *
   * @throws MessageRefusedException if it is too large, or needs an extension that is not there
   * @throws IOException if the message cannot be read
   */
  static void require(OutboundMessage message, Extensions offered) throws IOException {
    Envelope envelope = message.message().envelope();
    requireSize(message.length(), offered);
    if (needsSmtpUtf8(message.options(), offered)
        && (EightBitFinder.isIn(envelope)
            || message.message().visibleFields().stream()
                .anyMatch(f -> EightBitFinder.isIn(f.raw())))) {
      throw smtpUtf8Missing();
    }
    if (message.options().contains(MailOption.EIGHT_BIT_MIME)
        && !offered.offers(MailOption.EIGHT_BIT_MIME)
        && EightBitFinder.isIn(message.message())) {
      // RFC 6152, section 3: converted or returned, and we convert nothing, lest a signature break.
      String text = "8BITMIME is required, but the next hop does not offer it";
      throw new MessageRefusedException(SmtpReply.of(554, "5.6.3 " + text), text);
    }
  }

  /**
   * Compares with what the next hop offers what is known before the content has come.
   *
   * @throws MessageRefusedException if it is too large, or needs an extension that is not there
   */
  static void require(MailParameters mail, Recipient recipient, Extensions offered)
      throws MessageRefusedException {
    Envelope envelope = new Envelope(mail.sender(), List.of(recipient));
    requireSafeAddresses(envelope);
    requireSize(mail.length(), offered);
    if (needsSmtpUtf8(mail.options(), offered) && EightBitFinder.isIn(envelope)) {
      throw smtpUtf8Missing();
    }
  }

  /**
   * Keeps what is to be kept from others on connections that do so, up to the next server and
   * beyond (RFC 8689, section 4.2.1).
   *
   * @throws MessageRefusedException if that is wanted, and not to be had here
   */
  static void requireTls(Set<MailOption> options, SmtpConnection connection)
      throws MessageRefusedException {
    boolean verified =
        connection.tls().map(tls -> tls.peer() == TlsFacts.Peer.VERIFIED).orElse(false);
    if (options.contains(MailOption.REQUIRE_TLS)
        && !(verified && connection.extensions().offers(MailOption.REQUIRE_TLS))) {
      throw new MessageRefusedException(
          SmtpReply.of(550, "5.7.30 REQUIRETLS support required"),
          "REQUIRETLS is required, but %s does not offer it with a verified certificate"
              .formatted(connection.relay()));
    }
  }

  private static void requireSize(long length, Extensions offered) throws MessageRefusedException {
    if (length > offered.maxMessageBytes()) {
      String text =
          String.format(
              Locale.ROOT,
              "Message size %d exceeds the limit of %d of the next hop",
              length,
              offered.maxMessageBytes());
      throw new MessageRefusedException(SmtpReply.of(552, "5.3.4 " + text), text);
    }
  }

  private static boolean needsSmtpUtf8(Set<MailOption> options, Extensions offered) {
    return options.contains(MailOption.SMTPUTF8) && !offered.offers(MailOption.SMTPUTF8);
  }

  private static MessageRefusedException smtpUtf8Missing() {
    String text = "SMTPUTF8 is required, but the next hop does not offer it";
    return new MessageRefusedException(SmtpReply.of(553, "5.6.7 " + text), text);
  }

  private static boolean isPrintable(Bytes text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.at(i) >= 0 && text.at(i) < ' ' || text.at(i) == 0x7f) {
        return false;
      }
    }
    return true;
  }
}
