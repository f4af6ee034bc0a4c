package org.miltergate.gateway.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.nexthop.RouteClients;
import org.miltergate.config.nexthop.RouteConfig;
import org.miltergate.config.nexthop.RouteRecipient;
import org.miltergate.gateway.relay.NextHop;
import org.miltergate.gateway.relay.route.NextHops;
import org.miltergate.gateway.testkit.Logins;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.TestServer;
import org.miltergate.milter.test.smtp.Reaction;
import org.miltergate.milter.test.smtp.ScriptedSmtpSink;
import org.miltergate.milter.test.smtp.SinkEvent;
import org.miltergate.milter.test.smtp.SinkMessage;

/** One server for the mailboxes of a domain, and the world for users who log in. */
class SubmissionRoutesTest {
  private static final String LOGIN =
      "C: EHLO client.test\nS+ 250\nC: AUTH PLAIN "
          + Logins.base64("\0alice\0secret")
          + "\nS: 235 2.7.0 Authentication successful\n";
  private static final String MAIL = "C: MAIL FROM:<alice@here.test>\nS: 250 2.1.0 Ok\n";
  private static final String HERE = "C: RCPT TO:<bob@here.test>\nS: 250 2.1.5 Ok\n";
  private static final String FAR = "C: RCPT TO:<carol@far.test>\nS: 250 2.1.5 Ok\n";
  private static final String CONTENT = "C: DATA\nS: 354 ...\nC: Subject: x\nC: \nC: x\nC: .\n";
  private static final String QUEUED = "S: 250 2.0.0 Ok: queued as ...\n";

  @TempDir Path directory;
  private ScriptedSmtpSink mailboxes;
  private ScriptedSmtpSink world;
  private NextHop routes;
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    mailboxes = ScriptedSmtpSink.start();
    world = ScriptedSmtpSink.start();
    NextHopConfig toMailboxes = NextHopConfig.parse("smtp://127.0.0.1:" + mailboxes.port());
    NextHopConfig toWorld = NextHopConfig.parse("smtp://127.0.0.1:" + world.port());
    routes =
        NextHops.open(
            toMailboxes,
            List.of(
                RouteConfig.to(toMailboxes)
                    .with(RouteConfig.RECIPIENTS, List.of(RouteRecipient.parse("here.test"))),
                RouteConfig.to(toWorld).with(RouteConfig.CLIENTS, List.of(RouteClients.LOGGED_IN))),
            "gw.test",
            directory.resolve("spool"));
    server = Logins.server().trustNobody().nextHop(routes).start();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    routes.close();
    mailboxes.close();
    world.close();
  }

  private static List<String> recipients(ScriptedSmtpSink sink) {
    return sink.messages().stream()
        .filter(SinkMessage::accepted)
        .flatMap(message -> message.recipients().stream())
        .toList();
  }

  @Test
  void strangersReachTheMailboxesOnly() throws Exception {
    try (RawSmtpClient client = server.client()) {
      client.play("C: EHLO client.test\nS+ 250\n" + MAIL);
      client.play(
          "C: RCPT TO:<carol@far.test>\nS: 554 5.7.1 <carol@far.test>: Relay access denied");
      client.play(HERE + CONTENT + QUEUED);
    }

    assertThat(recipients(mailboxes)).containsExactly("RCPT TO:<bob@here.test>");
    assertThat(world.messages()).isEmpty();
  }

  @Test
  void oneMessageOfAUserGoesBothWaysAndSoDoesTheNext() throws Exception {
    try (RawSmtpClient client = server.client()) {
      client.play(LOGIN);
      client.play(MAIL + HERE + FAR + CONTENT + QUEUED);
      client.play(MAIL + FAR + HERE + CONTENT + QUEUED);
    }

    assertThat(recipients(mailboxes))
        .containsExactly("RCPT TO:<bob@here.test>", "RCPT TO:<bob@here.test>");
    assertThat(recipients(world))
        .containsExactly("RCPT TO:<carol@far.test>", "RCPT TO:<carol@far.test>");
  }

  @Test
  void whatOneWayRefusesAtRcptHoldsUpNobodyElse() throws Exception {
    world.on(SinkEvent.RCPT, call -> Reaction.reply("550 5.1.1 no such user"));
    try (RawSmtpClient client = server.client()) {
      client.play(LOGIN + MAIL + HERE);
      client.play("C: RCPT TO:<carol@far.test>\nS: 550 5.1.1 no such user");
      client.play(CONTENT + QUEUED);
    }

    assertThat(recipients(mailboxes)).containsExactly("RCPT TO:<bob@here.test>");
    assertThat(recipients(world)).isEmpty();
  }
}
