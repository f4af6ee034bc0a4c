package org.miltergate.gateway.bounce;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.mail.Session;
import jakarta.mail.internet.InternetHeaders;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.gateway.relay.MailOption;
import org.miltergate.gateway.relay.Refusal;
import org.miltergate.milter.body.BodyStore;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Envelope;
import org.miltergate.milter.mail.MailMessage;
import org.miltergate.milter.mail.MessageParser;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.Sender;
import org.miltergate.milter.mail.SmtpReply;

/** What a bounce says. */
class BounceComposerTest {
  private static final Instant NOW = Instant.parse("2026-11-20T10:11:12Z");
  private static final Bytes RECEIVED = Bytes.ofLatin1("Received: by gw.test; now\r\n");
  private static final String TEXT = "Subject: x\r\n\r\nbody\r\n";

  @TempDir Path directory;

  @Test
  void saysWhatTheSenderCallsTheMessageAndTheRecipient() throws Exception {
    Sender sender = sender("<a@example.org>", "RET=FULL", "ENVID=QQ314159+20x");
    Refusal refusal = refusal("<r@example.net>", "ORCPT=rfc822;before+2Bx@example.org");

    List<InternetHeaders> status = status(compose(sender, Set.of(), TEXT, refusal));

    assertThat(status.get(0).getHeader("Original-Envelope-Id", ",")).isEqualTo("QQ314159 x");
    assertThat(status.get(0).getHeader("Arrival-Date", ","))
        .isEqualTo("Fri, 20 Nov 2026 10:11:12 +0000 (UTC)");
    assertThat(status.get(1).getHeader("Original-Recipient", ","))
        .isEqualTo("rfc822; before+x@example.org");
    assertThat(status.get(1).getHeader("Final-Recipient", ",")).isEqualTo("rfc822; r@example.net");
  }

  @Test
  void hasAGroupOfFieldsForEachRecipient() throws Exception {
    List<InternetHeaders> status =
        status(
            compose(
                sender("<a@example.org>"),
                Set.of(),
                TEXT,
                refusal("<r1@example.net>"),
                refusal("<r2@example.net>")));

    assertThat(status)
        .extracting(fields -> fields.getHeader("Final-Recipient", ","))
        .containsExactly(null, "rfc822; r1@example.net", "rfc822; r2@example.net");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "RET=HDRS, text/rfc822-headers",
    "ret=hdrs, text/rfc822-headers",
    "RET=FULL, message/rfc822"
  })
  void returnsWhatTheSenderWants(String argument, String type) throws Exception {
    MimeMultipart parts =
        parts(compose(sender("<a@example.org>", argument), Set.of(), TEXT, refusal("<r@b>")));

    assertThat(parts.getBodyPart(2).getContentType()).startsWith(type);
  }

  @Test
  void returnsTheHeaderAloneOfAMessageThatRequiresTls() throws Exception {
    Sender sender = sender("<a@example.org>", "RET=FULL", "REQUIRETLS");

    Bytes bounce = compose(sender, Set.of(MailOption.REQUIRE_TLS), TEXT, refusal("<r@b>"));

    assertThat(parts(bounce).getBodyPart(2).getContentType()).startsWith("text/rfc822-headers");
    assertThat(bounce.toString()).doesNotContain("body\r\n");
  }

  @Test
  void cutsAHeaderThatIsTooLongBehindAField() throws Exception {
    String text = "X-Small: 1\r\nX-Large: " + "x".repeat(3000) + "\r\n\r\n";

    Bytes bounce = compose(sender("<a@example.org>"), Set.of(), text, refusal("<r@b>"));

    assertThat(bounce.toString())
        .contains("Content-Type: text/rfc822-headers", "X-Small: 1")
        .doesNotContain("X-Large");
  }

  @Test
  void writesAnInternationalAddressInAsciiWhereTheMessageNeedsNoMore() throws Exception {
    Refusal refusal = refusal("<\u00fc@example.net>");

    Bytes bounce = compose(sender("<a@example.org>"), Set.of(), TEXT, refusal);

    assertThat(bounce.toString()).isASCII();
    assertThat(status(bounce).get(1).getHeader("Final-Recipient", ","))
        .isEqualTo("utf-8; \\x{FC}@example.net");
  }

  @Test
  void writesAnInternationalAddressAsItIsInAnInternationalMessage() throws Exception {
    Refusal refusal =
        refusal("<\u00fc@example.net>", "ORCPT=utf-8;\\x{E4}@example.org", "NOTIFY=FAILURE");

    Bytes bounce = compose(sender("<a@example.org>"), Set.of(MailOption.SMTPUTF8), TEXT, refusal);

    assertThat(bounce.toUtf8String())
        .contains(
            "Content-Type: message/global-delivery-status",
            "Final-Recipient: utf-8; \u00fc@example.net",
            "Original-Recipient: utf-8; \u00e4@example.org");
  }

  @Test
  void noReplyBreaksAFieldOrALine() throws Exception {
    SmtpReply reply =
        new SmtpReply(
            550,
            List.of(
                Bytes.ofLatin1("5.1.1 \u0001\u00e9 " + "word ".repeat(100)),
                Bytes.ofLatin1("5.1.1 " + "w".repeat(2000))));
    Refusal refusal =
        new Refusal(recipient("<r@b>"), "mx.test[192.0.2.1]:25", reply, "host said: " + reply);

    Bytes bounce = compose(sender("<a@example.org>"), Set.of(), TEXT, refusal);

    assertThat(bounce.toString()).isASCII();
    assertThat(bounce.toString().lines()).allMatch(line -> line.length() < 998);
    assertThat(status(bounce).get(1).getHeader("Diagnostic-Code", ","))
        .startsWith("smtp; 550 5.1.1 ?? word");
    assertThat(status(bounce).get(1).getHeader("Remote-MTA", ",")).isEqualTo("dns; mx.test");
  }

  private Bytes compose(Sender sender, Set<MailOption> options, String content, Refusal... refusals)
      throws Exception {
    BodyStore bodies = new BodyStore(directory, 1 << 20);
    BounceComposer composer = new BounceComposer("gw.test", 2000, bodies, () -> NOW);
    List<Refusal> refused = List.of(refusals);
    try (MessageParser parser = new MessageParser(bodies, 1 << 20)) {
      byte[] bytes = Bytes.ofLatin1(content).toArray();
      parser.append(bytes, 0, bytes.length);
      Envelope envelope = new Envelope(sender, refused.stream().map(Refusal::recipient).toList());
      MailMessage message = MailMessage.of(envelope, parser.finish());
      UndeliveredMessage undelivered = new UndeliveredMessage(message, RECEIVED, options, NOW);
      try (Bounce bounce =
          composer.compose(
              "q1", BounceComposer.formFor(undelivered, refused), undelivered, refused)) {
        assertThat(bounce.outbound().message().envelope().sender().isNull()).isTrue();
        assertThat(bounce.messageId()).isEqualTo("<20261120101112.q1@gw.test>");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        bounce.outbound().message().writeTo(out);
        return Bytes.copyOf(out.toByteArray());
      }
    }
  }

  private static Sender sender(String path, String... arguments) {
    return new Sender(Bytes.ofUtf8(path), arguments(arguments));
  }

  private static Recipient recipient(String path, String... arguments) {
    return new Recipient(Bytes.ofUtf8(path), arguments(arguments));
  }

  private static List<Bytes> arguments(String... arguments) {
    return List.of(arguments).stream().map(Bytes::ofLatin1).toList();
  }

  private static Refusal refusal(String path, String... arguments) {
    return new Refusal(
        recipient(path, arguments),
        "mx.test[192.0.2.1]:25",
        SmtpReply.of(550, "5.1.1 no"),
        "host mx.test said: 550 5.1.1 no");
  }

  private static MimeMultipart parts(Bytes bounce) throws Exception {
    MimeMessage message =
        new MimeMessage(
            Session.getInstance(new Properties()), new ByteArrayInputStream(bounce.toArray()));
    return (MimeMultipart) message.getContent();
  }

  private static List<InternetHeaders> status(Bytes bounce) throws Exception {
    List<InternetHeaders> groups = new ArrayList<>();
    try (InputStream in = parts(bounce).getBodyPart(1).getInputStream()) {
      do {
        groups.add(new InternetHeaders(in));
      } while (in.available() > 0);
    }
    return groups;
  }
}
