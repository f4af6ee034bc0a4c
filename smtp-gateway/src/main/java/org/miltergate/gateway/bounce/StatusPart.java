package org.miltergate.gateway.bounce;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.miltergate.gateway.relay.Refusal;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.dsn.OriginalRecipient;
import org.miltergate.milter.dsn.RecipientDsn;
import org.miltergate.milter.dsn.SenderDsn;
import org.miltergate.milter.text.PrintableText;

/**
 * The part of a bounce that machines read.
 *
 * @see "RFC 3464, section 2; RFC 6533, section 3"
 */
final class StatusPart {
  private static final Pattern HOST = Pattern.compile("([A-Za-z0-9.-]+)(?:\\[.*)?");
  private static final String UTF8 = "utf-8";

  private final BounceForm form;
  private final StringBuilder text = new StringBuilder();

  private StatusPart(BounceForm form) {
    this.form = form;
  }

  static byte[] of(
      BounceForm form, String hostname, UndeliveredMessage message, List<Refusal> refused) {
    StatusPart part = new StatusPart(form);
    part.message(
        hostname,
        SenderDsn.of(message.message().envelope().sender().arguments()),
        message.arrived());
    refused.forEach(part::recipient);
    return part.text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void message(String hostname, SenderDsn dsn, Instant arrived) {
    field("Reporting-MTA", "dns; " + hostname);
    dsn.envelopeId()
        .ifPresent(id -> field("Original-Envelope-Id", PrintableText.ascii(id.toString())));
    field("Arrival-Date", BounceComposer.date(arrived));
  }

  private void recipient(Refusal refusal) {
    text.append("\r\n");
    RecipientDsn.of(refusal.recipient().arguments())
        .originalRecipient()
        .ifPresent(original -> field("Original-Recipient", address(original)));
    Bytes mailbox = refusal.recipient().mailbox();
    String type = Ascii.is(mailbox) ? "rfc822" : UTF8;
    field("Final-Recipient", address(new OriginalRecipient(type, mailbox)));
    field("Action", "failed");
    field("Status", refusal.status());
    Matcher host = HOST.matcher(refusal.relay());
    if (host.matches() && !refusal.relay().equals("none")) {
      field("Remote-MTA", "dns; " + host.group(1));
    }
    String diagnostic = "smtp; " + PrintableText.ascii(refusal.reply().toString());
    field("Diagnostic-Code", Ascii.fold(diagnostic, "    "));
  }

  /** In ASCII, only the encoded form of an international address is allowed. */
  private String address(OriginalRecipient address) {
    Bytes plain = address.address();
    boolean encode = address.type().equalsIgnoreCase(UTF8) && form != BounceForm.INTERNATIONAL;
    if (encode) {
      String encoded = address.encoded().toString();
      return encoded.replaceFirst(";", "; ");
    }
    String readable =
        Ascii.is(plain) || form == BounceForm.INTERNATIONAL
            ? Ascii.withoutControls(plain.toUtf8String())
            : PrintableText.ascii(plain.toUtf8String());
    return address.type() + "; " + readable;
  }

  private void field(String name, String value) {
    text.append(name).append(": ").append(value).append("\r\n");
  }
}
