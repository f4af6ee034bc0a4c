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
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.address.HostPort;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.gateway.relay.delivery.SmtpNextHop;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.TestServer;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.test.smtp.Reaction;
import org.miltergate.milter.test.smtp.ScriptedSmtpSink;
import org.miltergate.milter.test.smtp.SinkEvent;

/** With {@code recipient-check: next-hop}, the default, the client gets what the next hop says. */
class RecipientChecksTest {
  private static final String BEGIN =
      """
      C: HELO client.test
      S: 250 gw.test
      C: MAIL FROM:<a@example.org>
      S: 250 2.1.0 Ok
      """;
  private static final String MESSAGE =
      """
      C: DATA
      S: 354 ...
      C: Subject: hello
      C:
      C: .
      S: 250 2.0.0 Ok: queued as ...
      """;

  @TempDir Path spool;
  private ScriptedSmtpSink sink;
  private SmtpNextHop hop;

  @BeforeEach
  void start() throws Exception {
    sink = ScriptedSmtpSink.start();
    sink.on(SinkEvent.RCPT, call -> call.line().contains("no@"), Reaction.reply("550 5.1.1 no"));
    hop =
        SmtpNextHop.open(
            NextHopConfig.Smtp.of(new HostPort("127.0.0.1", sink.port())), "gw.test", spool);
  }

  @AfterEach
  void stop() throws Exception {
    hop.close();
    sink.close();
  }

  private TestServer.Builder server() {
    return TestServer.builder().nextHop(hop);
  }

  @Test
  void refusalIsGivenWhereItBelongsAndTheMessageGoesTheSameWay() throws Exception {
    try (TestServer server = server().start();
        RawSmtpClient client = server.client()) {
      client.play(
          BEGIN
              + """
              C: RCPT TO:<yes@example.net>
              S: 250 2.1.5 Ok
              C: RCPT TO:<no@example.net>
              S: 550 5.1.1 no
              """
              + MESSAGE);

      assertThat(sink.sessions()).hasSize(1);
      assertThat(sink.session(1).lines()).doesNotContain("RSET").contains("DATA");
      assertThat(server.log())
          .anyMatch(line ->
              line.matches(
                  "\\w+: reject: RCPT from unknown\\[127.0.0.1]: 550 5.1.1 no;"
                      + " from=<a@example.org> to=<no@example.net> proto=SMTP .*"));
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "450 4.2.1 try later, 450 4.2.1 try later",
    "521 5.7.1 go away, 554 5.7.1 go away",
    "421 4.3.2 closing, 451 4.4.2 Connection to next hop was lost - try again later"
  })
  void clientsConnectionStaysOpen(String said, String heard) throws Exception {
    sink.on(SinkEvent.RCPT, Reaction.reply(said));

    try (TestServer server = server().start();
        RawSmtpClient client = server.client()) {
      client.play(
          BEGIN
              + "C: RCPT TO:<b@example.net>\nS: "
              + heard
              + "\nC: DATA\nS: 554 5.5.1 Error: no valid recipients\nC: NOOP\nS: 250 2.0.0 Ok\n");
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "'',          5.1.1 no\u00e7\033[2J\0x,       5.1.1 no??[2J?x",
    "'',          5.1.1 n\u00c3\u00b3 \u00c2\u009b, 5.1.1 n?? ?",
    "' SMTPUTF8', 5.1.1 no\u00e7\033[2J\0x,       5.1.1 no??[2J?x",
    "' SMTPUTF8', 5.1.1 n\u00c3\u00b3 \u00c2\u009b, 5.1.1 n\u00f3 ?",
  })
  void clientHearsWhatItCanRead(String argument, String said, String heard) throws Exception {
    sink.extensions("SMTPUTF8");
    sink.on(
        SinkEvent.RCPT, call -> call.line().contains("odd"), Reaction.raw("550 " + said + "\r\n"));
    sink.on(SinkEvent.END_OF_DATA, Reaction.raw("554 " + said + "\r\n"));
    String mail = "C: MAIL FROM:<a@example.org>" + argument + "\nS: 250 2.1.0 Ok\n";

    try (TestServer server = server().start();
        RawSmtpClient client = server.client()) {
      client.play(
          "C: EHLO client.test\nS+ 250\n"
              + mail
              + "C: RCPT TO:<odd@example.net>\nS: 550 "
              + heard
              + "\nC: RCPT TO:<yes@example.net>\nS: 250 2.1.5 Ok\n"
              + "C: DATA\nS: 354 ...\nC: Subject: x\nC:\nC: .\nS: 554 "
              + heard
              + "\n");

      assertThat(server.log()).noneMatch(line -> line.chars().anyMatch(Character::isISOControl));
    }
  }

  @Test
  void unreachableNextHopIsToldAtOnce() throws Exception {
    sink.close();

    try (TestServer server = server().start();
        RawSmtpClient client = server.client()) {
      client.play(
          BEGIN
              + """
              C: RCPT TO:<b@example.net>
              S: 451 4.4.1 Next hop cannot be reached - try again later
              """);

      assertThat(server.log()).anyMatch(line -> line.contains(": next hop: connect to"));
    }
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"RSET", "HELO again", "QUIT"})
  void connectionIsGivenBack(String command) throws Exception {
    try (TestServer server = server().start();
        RawSmtpClient client = server.client()) {
      client.play(
          BEGIN + "C: RCPT TO:<b@example.net>\nS: 250 2.1.5 Ok\nC: " + command + "\nS: 2...\n");

      sink.awaitSessions("RSET", all -> all.getFirst().lines().contains("RSET"));
    }
  }

  @Test
  void connectionIsGivenBackWhenTheClientVanishes() throws Exception {
    try (TestServer server = server().start();
        RawSmtpClient client = server.client()) {
      client.play(BEGIN + "C: RCPT TO:<b@example.net>\nS: 250 2.1.5 Ok\n");
      client.reset();

      sink.awaitSessions("RSET", all -> all.getFirst().lines().contains("RSET"));
    }
  }

  @Test
  void ownPolicyGoesBeforeTheNextHop() throws Exception {
    try (TestServer server = server().start();
        RawSmtpClient client = server.client()) {
      client.play(BEGIN + "C: RCPT TO:<refused@here.test>\nS: 550 5.1.1 No such user here\n");
    }

    assertThat(sink.sessions()).isEmpty();
  }

  @Test
  void milterMayRefuseWhomTheNextHopTakes() throws Exception {
    try (ScriptedMilter milter =
            ScriptedMilter.script(
                """
                ...
                > RCPT <yes@example.net>
                < REPLYCODE 550 5.7.1 not for you
                ...
                """);
        TestServer server = server().milter(milter).start();
        RawSmtpClient client = server.client()) {
      client.play(
          BEGIN
              + """
              C: RCPT TO:<no@example.net>
              S: 550 5.1.1 no
              C: RCPT TO:<yes@example.net>
              S: 550 5.7.1 not for you
              C: RSET
              S: 250 2.0.0 Ok
              """);
    }

    assertThat(sink.session(1).lines()).containsSubsequence("RCPT TO:<yes@example.net>", "RSET");
  }

  @Test
  void recipientThatAMilterRefusedIsNotInTheMessage() throws Exception {
    try (ScriptedMilter milter =
            ScriptedMilter.script(
                """
                ...
                > RCPT <b@example.net>
                < REPLYCODE 550 5.7.1 not for you
                ...
                """);
        TestServer server = server().milter(milter).start();
        RawSmtpClient client = server.client()) {
      client.play(
          BEGIN
              + """
              C: RCPT TO:<b@example.net>
              S: 550 5.7.1 not for you
              C: RCPT TO:<c@example.net>
              S: 250 2.1.5 Ok
              """
              + MESSAGE);
    }

    assertThat(sink.awaitMessages(1).getFirst().recipients())
        .isEqualTo(List.of("RCPT TO:<c@example.net>"));
  }

  @Test
  void answerIsRememberedForTheNextMessage() throws Exception {
    try (TestServer server = server().start();
        RawSmtpClient client = server.client()) {
      client.play(
          BEGIN
              + """
              C: RCPT TO:<no@example.net>
              S: 550 5.1.1 no
              C: RSET
              S: 250 2.0.0 Ok
              C: MAIL FROM:<other@example.org>
              S: 250 2.1.0 Ok
              C: RCPT TO:<no@example.net>
              S: 550 5.1.1 no
              """);
    }

    assertThat(sink.session(1).lines().stream().filter(line -> line.startsWith("RCPT"))).hasSize(1);
  }
}
