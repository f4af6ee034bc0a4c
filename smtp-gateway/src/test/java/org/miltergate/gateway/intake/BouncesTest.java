package org.miltergate.gateway.intake;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.mail.BodyPart;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetHeaders;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.address.HostPort;
import org.miltergate.config.DeliveryConfig;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.RecipientCheck;
import org.miltergate.config.limits.LimitsConfig;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.gateway.relay.delivery.SmtpNextHop;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.TestServer;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.test.smtp.Reaction;
import org.miltergate.milter.test.smtp.ScriptedSmtpSink;
import org.miltergate.milter.test.smtp.SinkEvent;
import org.miltergate.milter.test.smtp.SinkMessage;

/** What becomes of recipients that the next hop refuses when the client can no longer be told. */
class BouncesTest {
  private static final String ADDED_BY_MILTER =
      """
      ...
      > EOM
      < ADDRCPT <nobody@example.net>
      < CONTINUE
      ...
      """;

  @TempDir Path spool;
  private ScriptedSmtpSink sink;
  private SmtpNextHop hop;
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    sink = ScriptedSmtpSink.start();
    sink.on(
        SinkEvent.RCPT,
        call -> call.line().contains("nobody"),
        Reaction.reply("550 5.1.1 <nobody>: no such user"));
    hop =
        SmtpNextHop.open(
            NextHopConfig.Smtp.of(new HostPort("127.0.0.1", sink.port())), "gw.test", spool);
    server = server(all -> {});
  }

  private TestServer server(Consumer<TestServer.Builder> change) throws Exception {
    TestServer.Builder builder =
        TestServer.builder()
            .nextHop(hop)
            .config(all ->
                all.set(
                    GatewayConfig.DELIVERY,
                    DeliveryConfig.DEFAULT.with(
                        DeliveryConfig.RECIPIENT_CHECK, RecipientCheck.NONE)));
    change.accept(builder);
    return builder.start();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    hop.close();
    sink.close();
  }

  @Test
  void senderIsToldWhichRecipientsWereRefused() throws Exception {
    try (RawSmtpClient client = server.client()) {
      client.play(
          """
          C: EHLO client.test
          S: 250-...
          """);
      readRest(client);
      client.play(
          """
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: RCPT TO:<yes@example.net>
          S: 250 2.1.5 Ok
          C: RCPT TO:<nobody@example.net>
          S: 250 2.1.5 Ok
          C: DATA
          S: 354 ...
          C: Subject: hello
          C:
          C: body
          C: .
          S: 250 2.0.0 Ok: queued as ...
          """);
    }

    List<SinkMessage> messages = sink.awaitMessages(2);
    assertThat(messages.get(1).recipients()).hasSize(1).first().asString().contains("yes@");
    assertThat(messages.get(0).mail()).startsWith("MAIL FROM:<>").doesNotContain("8BITMIME");
    assertThat(messages.get(0).recipients()).hasSize(1).first().asString().contains("<a@example");
    MimeMessage bounce = parse(messages.get(0));
    assertThat(bounce.getHeader("From", ","))
        .isEqualTo("Mail Delivery System <MAILER-DAEMON@gw.test>");
    assertThat(bounce.getHeader("To", ",")).isEqualTo("<a@example.org>");
    assertThat(bounce.getHeader("Auto-Submitted", ",")).isEqualTo("auto-replied");
    assertThat(bounce.getContentType())
        .startsWith("multipart/report;")
        .contains("report-type=delivery-status");
    assertThat(bounce.getMessageID()).matches("<[0-9]{14}\\.\\w+@gw\\.test>");
    assertThat(bounce.getSentDate()).isNotNull();

    MimeMultipart parts = (MimeMultipart) bounce.getContent();
    assertThat(parts.getCount()).isEqualTo(3);
    assertThat(parts.getBodyPart(0).getContent().toString())
        .contains("host gw.test", "<nobody@example.net>: host 127.0.0.1", "550 5.1.1");
    try (InputStream status = parts.getBodyPart(1).getInputStream()) {
      InternetHeaders ofMessage = new InternetHeaders(status);
      InternetHeaders ofRecipient = new InternetHeaders(status);
      assertThat(ofMessage.getHeader("Reporting-MTA", ",")).isEqualTo("dns; gw.test");
      assertThat(ofMessage.getHeader("Arrival-Date", ",")).endsWith("+0000 (UTC)");
      assertThat(ofRecipient.getHeader("Final-Recipient", ","))
          .isEqualTo("rfc822; nobody@example.net");
      assertThat(ofRecipient.getHeader("Action", ",")).isEqualTo("failed");
      assertThat(ofRecipient.getHeader("Status", ",")).isEqualTo("5.1.1");
      assertThat(ofRecipient.getHeader("Remote-MTA", ",")).isEqualTo("dns; 127.0.0.1");
      assertThat(ofRecipient.getHeader("Diagnostic-Code", ","))
          .isEqualTo("smtp; 550 5.1.1 <nobody>: no such user");
    }
    assertThat(parts.getBodyPart(1).getContentType()).startsWith("message/delivery-status");
    assertThat(parts.getBodyPart(2).getContentType()).startsWith("message/rfc822");
    assertThat(bytes(parts.getBodyPart(2)))
        .startsWith("Received: from client.test")
        .endsWith("Subject: hello\r\n\r\nbody\r\n");

    assertThat(server.log())
        .anyMatch(line -> line.matches("\\w+: sender non-delivery notification: \\w+"))
        .anyMatch(line -> line.matches("\\w+: from=<>, size=\\d+, nrcpt=1"))
        .anyMatch(line -> line.contains("to=<a@example.org>") && line.contains("status=sent"))
        .anyMatch(line ->
            line.contains("to=<nobody@example.net>")
                && line.contains("dsn=5.1.1, status=bounced (host 127.0.0.1"));
  }

  @Test
  void recipientThatAMilterAddedIsToldToTheSender() throws Exception {
    server.close();
    try (ScriptedMilter milter = ScriptedMilter.script(ADDED_BY_MILTER)) {
      server = server(all -> all.milter(milter));

      send("<a@example.org>", "<yes@example.net>", "Subject: x\r\n\r\n", "250 2.0.0 Ok: ...");
    }

    assertThat(sink.awaitMessages(2).getFirst().content().toString())
        .contains("Final-Recipient: rfc822; nobody@example.net");
  }

  @Test
  void clientIsToldIfOnlyAddedRecipientsWouldGetIt() throws Exception {
    server.close();
    String script = ADDED_BY_MILTER.replace("<nobody@example.net>", "<archive@example.net>");
    try (ScriptedMilter milter = ScriptedMilter.script(script)) {
      server = server(all -> all.milter(milter));

      send(
          "<a@example.org>",
          "<nobody@example.net>",
          "Subject: x\r\n\r\n",
          "550 5.1.1 <nobody>: no such user");
    }

    assertThat(sink.messages()).isEmpty();
  }

  @Test
  void nullSenderIsNeverTold() throws Exception {
    sendToTwo("<>", "250 2.0.0 Ok: queued as ...");

    assertThat(sink.awaitMessages(1)).hasSize(1);
    assertThat(server.log())
        .anyMatch(line -> line.contains("no sender non-delivery notification: the sender is"))
        .anyMatch(line -> line.contains("to=<nobody@") && line.contains("status=bounced"));
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"NEVER", "SUCCESS", "SUCCESS,DELAY", "delay"})
  void senderThatWantsNoNoticeGetsNone(String notify) throws Exception {
    server.close();
    String script =
        ADDED_BY_MILTER.replace(
            "ADDRCPT <nobody@example.net>", "ADDRCPT_PAR <nobody@example.net> NOTIFY=" + notify);
    try (ScriptedMilter milter = ScriptedMilter.script(script)) {
      server = server(all -> all.milter(milter));

      send("<a@example.org>", "<yes@example.net>", "Subject: x\r\n\r\n", "250 2.0.0 Ok: ...");
    }

    assertThat(sink.awaitMessages(1)).hasSize(1);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"450 4.3.0 later", "550 5.7.1 no bounces"})
  void nothingIsSentIfTheBounceIsRefused(String reply) throws Exception {
    sink.on(SinkEvent.MAIL, call -> call.line().contains("<>"), Reaction.reply(reply));

    sendToTwo(
        "<a@example.org>",
        "451 4.5.3 Sender cannot be told of refused recipients - try again later");

    assertThat(sink.messages()).isEmpty();
  }

  @Test
  void largeMessageReturnsItsHeader() throws Exception {
    server.close();
    server = server(all -> all.limits(limits -> limits.set(LimitsConfig.MESSAGE_SIZE, 64L << 20)));
    int size = 50 << 20;
    String lines = ("x".repeat(1022) + "\r\n").repeat(1024);

    try (RawSmtpClient client = server.client()) {
      envelope(client, "<a@example.org>", "<yes@example.net>", "<nobody@example.net>");
      client.send("Subject: large\r\n\r\n");
      for (int i = 0; i < size / lines.length(); i++) {
        client.send(lines);
      }
      client.play(
          """
          C: .
          S: 250 2.0.0 Ok: queued as ...
          """);
    }

    SinkMessage bounce = sink.awaitMessages(2).getFirst();
    assertThat(bounce.content().length()).isLessThan(10_000);
    BodyPart returned = part(bounce, 2);
    assertThat(returned.getContentType()).startsWith("text/rfc822-headers");
    assertThat(bytes(returned)).endsWith("Subject: large\r\n");
  }

  @Test
  void bytesOfTheMessageAreReturnedAsTheyWere() throws Exception {
    String odd =
        "subject:\u00e9\u00ff no blank\r\nX-Folded: a\r\n\t b\r\n\r\nNo colon here\r\n\r\n"
            + "From a\r\n.dot\r\n\u00e4\u0080 \t\r\nno end of line";

    sendEightBit("<a@example.org>", odd.replace("\r\n.", "\r\n..") + "\r\n");

    SinkMessage bounce = sink.awaitMessages(2).getFirst();
    assertThat(bounce.mail()).contains("BODY=8BITMIME");
    assertThat(bounce.content().toString())
        .contains("Content-Transfer-Encoding: 8bit", "Content-Type: message/rfc822", odd);
  }

  @Test
  void sevenBitBounceIsTriedWhereEightBitsAreRefused() throws Exception {
    sink.on(
        SinkEvent.MAIL,
        call -> call.line().contains("<>") && call.line().contains("8BITMIME"),
        Reaction.reply("554 5.6.3 no 8-bit here"));

    sendEightBit("<a@example.org>", "Subject: \u00e9\r\n\r\n\u00e9\r\n");

    SinkMessage bounce = sink.awaitMessages(2).getFirst();
    assertThat(bounce.content().toString()).isASCII();
    assertThat(bytes(part(bounce, 2))).contains("Subject: \u00e9");
  }

  @Test
  void internationalAddressesAreReportedInTheirOwnWay() throws Exception {
    sink.on(
        SinkEvent.RCPT,
        call -> call.line().contains("\u00c3\u00bc"),
        Reaction.reply("550 5.1.1 no"));
    try (RawSmtpClient client = server.client()) {
      client.play("C: EHLO client.test\nS: 250-...\n");
      readRest(client);
      client.play(
          """
          C= MAIL FROM:<\\xc3\\xa4@example.org> SMTPUTF8 BODY=8BITMIME\\r\\n
          S: 250 2.1.0 Ok
          C: RCPT TO:<yes@example.net>
          S: 250 2.1.5 Ok
          C= RCPT TO:<\\xc3\\xbc@example.net>\\r\\n
          S: 250 2.1.5 Ok
          C: DATA
          S: 354 ...
          C= Subject: \\xc3\\xa4\\r\\n\\r\\n.\\r\\n
          S: 250 2.0.0 Ok: queued as ...
          """);
    }

    SinkMessage bounce = sink.awaitMessages(2).getFirst();
    assertThat(bounce.mail()).contains("SMTPUTF8", "BODY=8BITMIME");
    assertThat(bounce.content().toUtf8String())
        .contains(
            "To: <ä@example.org>",
            "Content-Type: message/global-delivery-status",
            "Final-Recipient: utf-8; ü@example.net",
            "Content-Type: message/global\r\n",
            "Subject: ä");
  }

  private void sendToTwo(String mail, String reply) throws Exception {
    try (RawSmtpClient client = server.client()) {
      envelope(client, mail, "<yes@example.net>", "<nobody@example.net>");
      client.play("C: Subject: x\nC:\nC: .\nS: " + reply + "\n");
    }
  }

  private void send(String sender, String recipient, String content, String reply)
      throws Exception {
    try (RawSmtpClient client = server.client()) {
      envelope(client, sender, recipient);
      client.send(content + ".\r\n").play("S: " + reply + "\n");
    }
  }

  private void sendEightBit(String sender, String content) throws Exception {
    try (RawSmtpClient client = server.client()) {
      envelope(client, sender + " BODY=8BITMIME", "<yes@example.net>", "<nobody@example.net>");
      client.send(content + ".\r\n").play("S: 250 2.0.0 Ok: queued as ...\n");
    }
  }

  private static void envelope(RawSmtpClient client, String mail, String... recipients)
      throws Exception {
    client.play("C: EHLO client.test\nS: 250-...\n");
    readRest(client);
    client.play("C: MAIL FROM:" + mail + "\nS: 250 2.1.0 Ok\n");
    for (String recipient : recipients) {
      client.play("C: RCPT TO:" + recipient + "\nS: 250 2.1.5 Ok\n");
    }
    client.play("C: DATA\nS: 354 ...\n");
  }

  private static void readRest(RawSmtpClient client) throws Exception {
    while (client.readLine().charAt(3) == '-') {
      // whatever is offered
    }
  }

  private static BodyPart part(SinkMessage message, int index) throws Exception {
    return ((MimeMultipart) parse(message).getContent()).getBodyPart(index);
  }

  private static MimeMessage parse(SinkMessage message) throws Exception {
    return new MimeMessage(
        Session.getInstance(new Properties()),
        new ByteArrayInputStream(message.content().toArray()));
  }

  private static String bytes(BodyPart part) throws Exception {
    try (InputStream in = part.getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
