package org.miltergate.gateway.smtp.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.miltergate.address.HostPort;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.listener.ListenerConfig;
import org.miltergate.config.policy.AddressSyntax;
import org.miltergate.config.policy.PolicyConfig;
import org.miltergate.config.tls.TlsMode;
import org.miltergate.gateway.relay.MailOption;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.TestServer;
import org.miltergate.gateway.testkit.TlsPeer;
import org.miltergate.milter.dsn.RecipientDsn;
import org.miltergate.milter.dsn.SenderDsn;
import org.miltergate.milter.mail.Envelope;
import org.miltergate.milter.test.ScriptedMilter;

/** What MAIL and RCPT say after the address, and whom it reaches. */
class EnvelopeArgumentsTest {
  @Test
  void milterAndNextHopSeeWhatTheSenderWantsOfReports() throws IOException {
    try (ScriptedMilter milter =
            ScriptedMilter.script(
                """
                ...
                > MAIL <a@example.org> RET=hdrs ENVID=QQ+2B1
                < CONTINUE
                > RCPT <b@example.net> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;b+2Bx@z.test
                < CONTINUE
                ...
                > QUIT
                """);
        TestServer server = TestServer.builder().milter(milter).start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: MAIL FROM:<a@example.org> RET=hdrs ENVID=QQ+2B1
          S: 250 2.1.0 Ok
          C: RCPT TO:<b@example.net> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;b+2Bx@z.test
          S: 250 2.1.5 Ok
          C: RCPT TO:<c@example.net> NOTIFY=NEVER,SUCCESS
          S: 501 5.5.4 Bad NOTIFY parameter syntax
          C: RCPT TO:<c@example.net> NOTIFY=NEVER NOTIFY=NEVER
          S: 501 5.5.4 Option given twice: NOTIFY=NEVER
          C: RCPT TO:<c@example.net> RRVS=2014-04-03T23:01:00Z
          S: 555 5.5.4 Unsupported option: RRVS=2014-04-03T23:01:00Z
          C: BDAT 3 LAST
          C: x
          S: 250 2.0.0 Ok: queued as ...
          C: QUIT
          S: 221 2.0.0 Bye
          """);

      milter.assertScriptFinished();
      Envelope envelope = server.nextHop().onlyMail().outbound().message().envelope();
      assertThat(SenderDsn.of(envelope.sender().arguments()).arguments())
          .hasToString("[RET=HDRS, ENVID=QQ+2B1]");
      assertThat(RecipientDsn.of(envelope.recipients().getFirst().arguments()).arguments())
          .hasToString("[NOTIFY=SUCCESS,FAILURE, ORCPT=rfc822;b+2Bx@z.test]");
    }
  }

  @Test
  void argumentsOfHiddenExtensionsAreRefused() throws IOException {
    ListenerConfig listener =
        ListenerConfig.of(HostPort.parse("127.0.0.1:0"))
            .with(ListenerConfig.HIDE_EXTENSIONS, List.of("DSN", "SIZE", "8BITMIME", "SMTPUTF8"));
    try (TestServer server =
            TestServer.builder()
                .config(c -> c.set(GatewayConfig.LISTENERS, List.of(listener)))
                .start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: MAIL FROM:<a@example.org> RET=FULL
          S: 555 5.5.4 Unsupported option: RET=FULL
          C: MAIL FROM:<a@example.org> SIZE=10
          S: 555 5.5.4 Unsupported option: SIZE=10
          C: MAIL FROM:<a@example.org> BODY=8BITMIME
          S: 555 5.5.4 Unsupported option: BODY=8BITMIME
          C: MAIL FROM:<a@example.org> SMTPUTF8
          S: 555 5.5.4 Unsupported option: SMTPUTF8
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: RCPT TO:<b@example.net> NOTIFY=NEVER
          S: 555 5.5.4 Unsupported option: NOTIFY=NEVER
          """);
    }
  }

  @Test
  void extensionsThatAreNotOfferedHereHaveNoArguments() throws IOException {
    try (TestServer server = TestServer.start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: MAIL FROM:<a@example.org> REQUIRETLS
          S: 555 5.5.4 Unsupported option: REQUIRETLS
          C: MAIL FROM:<a@example.org> AUTH=<>
          S: 555 5.5.4 Unsupported option: AUTH=<>
          C: MAIL FROM:<a@example.org> BODY=BINARYMIME
          S: 555 5.5.4 Unsupported option: BODY=BINARYMIME
          """);
    }
  }

  @Test
  void requireTlsIsOfferedInsideOfTlsAndReachesTheNextHop() throws IOException {
    try (TestServer server = TestServer.builder().tls(TlsPeer.listener(TlsMode.STARTTLS)).start();
        RawSmtpClient client = server.client()) {
      client.play("C: STARTTLS\nS: 220 2.0.0 Ready to start TLS").startTls(TlsPeer.client());
      client.send("EHLO client.test\r\n");
      assertThat(client.readReply()).contains("250-REQUIRETLS");
      client.play(
          """
          C: MAIL FROM:<a@example.org> RequireTLS
          S: 250 2.1.0 Ok
          C: RCPT TO:<b@example.net>
          S: 250 2.1.5 Ok
          C: BDAT 3 LAST
          C: x
          S: 250 2.0.0 Ok: queued as ...
          """);

      assertThat(server.nextHop().onlyMail().outbound().options())
          .containsExactly(MailOption.REQUIRE_TLS);
    }
  }

  @Test
  void addressesMayBeHeldToTheLetter() throws IOException {
    PolicyConfig strict =
        PolicyConfig.DEFAULT.with(PolicyConfig.ADDRESS_SYNTAX, AddressSyntax.STRICT);
    try (TestServer server =
            TestServer.builder().config(c -> c.set(GatewayConfig.POLICY, strict)).start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: MAIL FROM: <a@example.org>
          S: 501 5.1.7 Bad sender address syntax
          C: MAIL FROM:a@example.org
          S: 501 5.1.7 Bad sender address syntax
          C: MAIL FROM:<>
          S: 250 2.1.0 Ok
          C: RCPT TO:<b..c@example.net>
          S: 501 5.1.3 Bad recipient address syntax
          C: RCPT TO:<b@exa_mple.net>
          S: 501 5.1.3 Bad recipient address syntax
          C: RCPT TO:<user>
          S: 501 5.1.3 Bad recipient address syntax
          C: RCPT TO:<Postmaster>
          S: 250 2.1.5 Ok
          C: RCPT TO:<@relay.test:"b c"@example.net>
          S: 250 2.1.5 Ok
          """);
    }
  }

  @Test
  void argumentsMayMakeALineLongerThan512Bytes() throws IOException {
    String local = "x".repeat(60);
    String envid = "y".repeat(100);
    String orcpt = "rfc822;" + "z".repeat(480);
    try (TestServer server = TestServer.start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: MAIL FROM:<%s@example.org> ENVID=%s RET=HDRS BODY=8BITMIME SMTPUTF8 SIZE=1000
          S: 250 2.1.0 Ok
          C: RCPT TO:<%s@example.net> NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=%s
          S: 250 2.1.5 Ok
          """
              .formatted(local, envid, local, orcpt));
    }
  }
}
