package org.miltergate.gateway.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.address.HostPort;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.nexthop.NextHopProtocol;
import org.miltergate.config.nexthop.NextHopTarget;
import org.miltergate.gateway.relay.delivery.SmtpNextHop;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.TestServer;
import org.miltergate.milter.test.smtp.Reaction;
import org.miltergate.milter.test.smtp.ScriptedSmtpSink;
import org.miltergate.milter.test.smtp.SinkEvent;

/**
 * A mailbox server behind LMTP, with default settings: whoever is unknown there is refused at RCPT,
 * it never gets a bounce, and one reply tells the client of several recipients.
 */
class MailboxServerTest {
  private static final String PARTLY =
      "451 4.5.3 Delivered to some of the recipients only - try again later";

  @TempDir Path spool;
  private volatile String toFull = "452 4.2.2 full for now";
  private ScriptedSmtpSink sink;
  private SmtpNextHop hop;
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    sink = ScriptedSmtpSink.start();
    sink.on(
        SinkEvent.RCPT,
        call -> !call.line().contains("@here.test"),
        Reaction.reply("550 5.1.1 User doesn't exist"));
    sink.on(
        SinkEvent.END_OF_DATA,
        call -> Reaction.reply(call.line().contains("full@") ? toFull : "250 2.0.0 Saved"));
    NextHopTarget target = new NextHopTarget.Host(new HostPort("127.0.0.1", sink.port()));
    hop = SmtpNextHop.open(NextHopConfig.Smtp.of(NextHopProtocol.LMTP, target), "gw.test", spool);
    server = TestServer.builder().nextHop(hop).start();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    hop.close();
    sink.close();
  }

  /** Whoever has logged in may relay; the mailbox server takes no mail for others anyway. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({"mistyped@example.net", "friend@elsewhere.test"})
  void recipientWithoutAMailboxIsRefusedAtRcpt(String recipient) throws Exception {
    try (RawSmtpClient client = server.client()) {
      client.play(
          """
          C: HELO client.test
          S: 250 gw.test
          C: MAIL FROM:<a@here.test>
          S: 250 2.1.0 Ok
          C: RCPT TO:<%s>
          S: 550 5.1.1 User doesn't exist
          C: RCPT TO:<one@here.test>
          S: 250 2.1.5 Ok
          C: DATA
          S: 354 ...
          C: .
          S: 250 2.0.0 Ok: queued as ...
          """
              .formatted(recipient));
    }

    assertThat(sink.awaitMessages(1)).hasSize(1);
  }

  @Test
  void finalRefusalAfterTheMessageIsToldToTheClientAndNeverBouncedIntoLmtp() throws Exception {
    toFull = "552 5.2.2 over quota";

    send(
        "client.test",
        "<a@here.test>",
        "Subject: x",
        """
        552-5.2.2 <full@here.test>: 552 5.2.2 over quota
        S: 552 5.2.2 Delivered to all other recipients, do not send again to them\
        """);

    assertThat(sink.messages()).hasSize(1);
    assertThat(server.log())
        .anyMatch(line -> line.contains("to=<one@here.test>") && line.contains("status=sent"))
        .anyMatch(line -> line.contains("to=<full@here.test>") && line.contains("status=bounced"))
        .anyMatch(line ->
            line.contains("no sender non-delivery notification: the next hop accepts no bounces"));
  }

  @Test
  void nullSenderIsNotTold() throws Exception {
    toFull = "552 5.2.2 over quota";

    send("client.test", "<>", "Subject: x", "250 2.0.0 Ok: queued as ...");
  }

  @ParameterizedTest(name = "{0}, then HELO {1}: {2}")
  @CsvSource({
    "Message-ID: <1@here.test>, client.test, false",
    "Received: from x by y; now, client.test, false",
    "Message-ID: <1@here.test>, other.test, true",
    "Subject: hourly report, client.test, true"
  })
  void onlyARetryIsNotDeliveredAgain(String field, String helo, boolean again) throws Exception {
    send("client.test", "<a@here.test>", field, PARTLY);
    toFull = "250 2.0.0 Saved";
    send(helo, "<a@here.test>", field, "250 2.0.0 Ok: queued as ...");

    assertThat(sink.messages().getLast().recipients())
        .isEqualTo(
            again
                ? List.of("RCPT TO:<one@here.test>", "RCPT TO:<full@here.test>")
                : List.of("RCPT TO:<full@here.test>"));
  }

  @Test
  void sameMessageSentAgainOnPurposeIsDeliveredAgain() throws Exception {
    String field = "Message-ID: <1@here.test>";
    send("client.test", "<a@here.test>", field, PARTLY);
    toFull = "250 2.0.0 Saved";
    send("client.test", "<a@here.test>", field, "250 2.0.0 Ok: queued as ...");
    send("client.test", "<a@here.test>", field, "250 2.0.0 Ok: queued as ...");

    assertThat(sink.messages().getLast().recipients()).hasSize(2);
  }

  private void send(String helo, String sender, String field, String reply) throws Exception {
    try (RawSmtpClient client = server.client()) {
      client.play(
          """
          C: HELO %s
          S: 250 gw.test
          C: MAIL FROM:%s
          S: 250 2.1.0 Ok
          C: RCPT TO:<one@here.test>
          S: 250 2.1.5 Ok
          C: RCPT TO:<full@here.test>
          S: 250 2.1.5 Ok
          C: DATA
          S: 354 ...
          C: %s
          C:
          C: body
          C: .
          S: %s
          """
              .formatted(helo, sender, field, reply));
    }
  }
}
