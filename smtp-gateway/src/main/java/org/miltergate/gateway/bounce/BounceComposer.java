package org.miltergate.gateway.bounce;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeBodyPart;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.miltergate.gateway.relay.MailOption;
import org.miltergate.gateway.relay.OutboundMessage;
import org.miltergate.gateway.relay.Refusal;
import org.miltergate.milter.body.BodyStore;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Envelope;
import org.miltergate.milter.mail.MailMessage;
import org.miltergate.milter.mail.MessageContent;
import org.miltergate.milter.mail.MessageParser;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.Sender;

/**
 * Creates bounces.
 *
 * <p>Thread-safe.
 *
 * @see "RFC 3461, section 6; RFC 3464; RFC 6522; RFC 6533"
 */
public final class BounceComposer {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss '+0000 (UTC)'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final Sender NULL_SENDER = new Sender(Bytes.ofLatin1("<>"), List.of());
  private static final int BOUNDARY_BYTES = 16;

  private final String hostname;
  private final long maxReturnedBytes;
  private final BodyStore bodies;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();

  /**
   * @param hostname our own
   * @param maxReturnedBytes of a longer message only the header is returned, and of a longer header
   *     only its first fields
   */
  public BounceComposer(
      String hostname, long maxReturnedBytes, BodyStore bodies, InstantSource clock) {
    this.hostname = Objects.requireNonNull(hostname, "hostname");
    this.maxReturnedBytes = maxReturnedBytes;
    this.bodies = Objects.requireNonNull(bodies, "bodies");
    this.clock = Objects.requireNonNull(clock, "clock");
    if (maxReturnedBytes < 0) {
      throw new IllegalArgumentException(
          "limit of what is returned must not be below zero, was " + maxReturnedBytes);
    }
  }

  /** Returns the form that keeps everything unchanged. */
  public static BounceForm formFor(UndeliveredMessage message, List<Refusal> refused) {
    boolean international =
        message.options().contains(MailOption.SMTPUTF8)
            && !(Ascii.is(message.message().envelope().sender().path())
                && refused.stream().allMatch(r -> Ascii.is(r.recipient().path()))
                && message.message().visibleFields().stream().allMatch(f -> Ascii.is(f.raw())));
    return international ? BounceForm.INTERNATIONAL : BounceForm.EIGHT_BIT;
  }

  /**
   * Creates a bounce; requires less of later servers than the form allows where that suffices.
   *
   * @param queueId of the bounce
   * @param refused at least one
   * @return the bounce, which the caller closes
   * @throws IOException if the message cannot be read, or the bounce cannot be stored
   */
  public Bounce compose(
      String queueId, BounceForm allowed, UndeliveredMessage message, List<Refusal> refused)
      throws IOException {
    ReturnedContent returned = ReturnedContent.of(message, maxReturnedBytes);
    BounceForm form = allowed;
    if (form == BounceForm.EIGHT_BIT && returned.isAscii()) {
      form = BounceForm.ASCII;
    } else if (form == BounceForm.ASCII && !returned.isAscii()) {
      returned = ReturnedContent.header(message, maxReturnedBytes);
    }
    Instant now = clock.instant();
    String messageId = "<%s.%s@%s>".formatted(STAMP.format(now), queueId, hostname);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      report(form, messageId, now, message, refused, returned).writeTo(bytes);
    } catch (MessagingException e) {
      throw new IOException("cannot compose a bounce: " + e.getMessage(), e);
    }
    return new Bounce(outbound(queueId, form, message, bytes.toByteArray()), messageId);
  }

  private ReportMessage report(
      BounceForm form,
      String messageId,
      Instant now,
      UndeliveredMessage message,
      List<Refusal> refused,
      ReturnedContent returned)
      throws MessagingException {
    ReportMessage report = new ReportMessage(messageId, form);
    String to = message.message().envelope().sender().mailbox().toUtf8String();
    report.setHeader("Date", date(now));
    report.setHeader("From", "Mail Delivery System <MAILER-DAEMON@%s>".formatted(hostname));
    report.setHeader("To", "<" + Ascii.withoutControls(to) + ">");
    report.setHeader("Subject", "Undelivered Mail Returned to Sender");
    report.setHeader("Auto-Submitted", "auto-replied");
    ReportMessage.Parts parts = new ReportMessage.Parts(boundary());
    MimeBodyPart text = new MimeBodyPart();
    text.setText(HumanPart.of(hostname, refused, returned), StandardCharsets.UTF_8.name());
    text.setHeader("Content-Description", "Notification");
    text.setHeader("Content-Transfer-Encoding", "quoted-printable");
    parts.addBodyPart(text);
    boolean international = form == BounceForm.INTERNATIONAL;
    parts.addBodyPart(
        ReportMessage.part(
            international ? "message/global-delivery-status" : "message/delivery-status",
            international ? "8bit" : "7bit",
            "Delivery report",
            StatusPart.of(form, hostname, message, refused)));
    parts.addBodyPart(returnedPart(form, returned));
    report.setContent(parts);
    report.saveChanges();
    report.setHeader("Content-Transfer-Encoding", form.encoding());
    return report;
  }

  private static MimeBodyPart returnedPart(BounceForm form, ReturnedContent returned)
      throws MessagingException {
    boolean international = form == BounceForm.INTERNATIONAL;
    byte[] bytes = returned.bytes().toArray();
    if (returned.whole()) {
      String type = international ? "message/global" : "message/rfc822";
      return ReportMessage.part(type, form.encoding(), "Undelivered Message", bytes);
    }
    String type = international ? "message/global-headers" : "text/rfc822-headers";
    boolean encode = form == BounceForm.ASCII && !returned.isAscii();
    return ReportMessage.part(
        type, encode ? "quoted-printable" : form.encoding(), "Undelivered Message Headers", bytes);
  }

  private OutboundMessage outbound(
      String queueId, BounceForm form, UndeliveredMessage message, byte[] bytes)
      throws IOException {
    Recipient to = new Recipient(message.message().envelope().sender().path(), List.of());
    Envelope envelope = new Envelope(NULL_SENDER, List.of(to));
    MessageContent content;
    try (MessageParser parser = new MessageParser(bodies, Integer.MAX_VALUE)) {
      parser.append(bytes, 0, bytes.length);
      content = parser.finish();
    }
    return new OutboundMessage(
        queueId, MailMessage.of(envelope, content), Bytes.EMPTY, form.options(), Optional::empty);
  }

  private String boundary() {
    byte[] secret = new byte[BOUNDARY_BYTES];
    random.nextBytes(secret);
    return "report-" + HexFormat.of().formatHex(secret);
  }

  /** Formats a date of a header field (RFC 5322, section 3.3). */
  static String date(Instant when) {
    return DATE.format(when);
  }
}
