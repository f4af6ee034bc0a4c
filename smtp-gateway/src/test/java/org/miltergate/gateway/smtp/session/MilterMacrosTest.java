package org.miltergate.gateway.smtp.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.MacroConfig;
import org.miltergate.gateway.testkit.Logins;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.TestServer;
import org.miltergate.gateway.testkit.Transcripts;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.session.MacroLists;
import org.miltergate.milter.session.MilterClient;
import org.miltergate.milter.test.Conversation.Received;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.MacroStage;

class MilterMacrosTest {
  private static final MacroLists ALL =
      MacroLists.DEFAULT
          .with(
              MacroStage.CONNECT,
              names(
                  "j v _ {daemon_name} {daemon_addr} {daemon_port} {if_name} {if_addr}"
                      + " {client_addr} {client_name} {client_port} {client_ptr} {client_resolve}"
                      + " {client_connections}"))
          .with(MacroStage.HELO, names("{tls_version} {mine}"));

  @Test
  void giveTheMessageIdInOneLine() throws IOException {
    try (ScriptedMilter milter = ScriptedMilter.builder().start();
        TestServer server = TestServer.behind(milter);
        RawSmtpClient client = server.client()) {
      client.play(
          Transcripts.BEGIN_MESSAGE
              + """
              C: Message-ID:
              C:  <minutes
              C: \t-1@client.test>\s
              C: .
              S: 250 2.0.0 Ok: queued as ...
              C: QUIT
              S: 221 2.0.0 Bye
              """);

      assertThat(macros(milter, Command.EndOfMessage.class, 0))
          .containsEntry("{msg_id}", "<minutes\t-1@client.test>");
    }
  }

  @Test
  void giveWhoLoggedInFromTheNextMailOn() throws IOException {
    try (ScriptedMilter milter = ScriptedMilter.builder().start();
        TestServer server = TestServer.builder().users(Logins.USERS).milter(milter).start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: RSET
          S: 250 2.0.0 Ok
          C: AUTH PLAIN AGFsaWNlAHdyb25n
          S: 535 5.7.8 Error: authentication failed
          C: AUTH PLAIN AGFsaWNlAHNlY3JldA==
          S: 235 2.7.0 Authentication successful
          C: MAIL FROM:<a@example.org> AUTH=e+3Dmc2@example.org
          S: 250 2.1.0 Ok
          C: RSET
          S: 250 2.0.0 Ok
          C: MAIL FROM:<a@example.org> AUTH=<>
          S: 250 2.1.0 Ok
          C: RSET
          S: 250 2.0.0 Ok
          C: MAIL FROM:<a@example.org> AUTH=e+3
          S: 501 ...
          C: QUIT
          S: 221 2.0.0 Bye
          """);

      assertThat(macros(milter, Command.Mail.class, 0))
          .doesNotContainKeys("{auth_type}", "{auth_authen}", "{auth_author}", "{auth_ssf}");
      assertThat(macros(milter, Command.Mail.class, 1))
          .containsEntry("{auth_type}", "PLAIN")
          .containsEntry("{auth_authen}", "alice")
          .containsEntry("{auth_author}", "e+3Dmc2@example.org")
          .containsEntry("{auth_ssf}", "0");
      assertThat(macros(milter, Command.Mail.class, 2))
          .containsEntry("{auth_authen}", "alice")
          .doesNotContainKey("{auth_author}"); // a filter forgets the stage's macros at each packet
      assertThat(milter.transcript()).doesNotContain("AUTH PLAIN").doesNotContain("secret");
    }
  }

  @Test
  void giveWhatPostfixAndSendmailGive() throws IOException {
    try (ScriptedMilter milter = ScriptedMilter.builder().start();
        TestServer server =
            TestServer.builder()
                .config(all ->
                    all.set(
                        GatewayConfig.MACROS,
                        MacroConfig.DEFAULT
                            .with(MacroConfig.V, "Test 1")
                            .with(MacroConfig.DAEMON_NAME, "gw-daemon")
                            .with(MacroConfig.DEFAULTS, Map.of("{mine}", "yes"))))
                .milter(MilterClient.builder("m1", milter.address()).macroLists(ALL).build())
                .start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: EHLO client.test
          S+ 250
          C: MAIL FROM:<> SIZE=10
          S: 250 2.1.0 Ok
          C: RSET
          S: 250 2.0.0 Ok
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: RCPT TO:<b@example.net>
          S: 250 2.1.5 Ok
          C: RCPT TO:<postmaster>
          S: 250 2.1.5 Ok
          C: DATA
          S: 354 ...
          C: Message-Id: <1@example.org>
          C:
          C: .
          S: 250 2.0.0 Ok: queued as ...
          C: QUIT
          S: 221 2.0.0 Bye
          """);

      Map<String, String> connect = macros(milter, Command.Connect.class, 0);
      assertThat(connect)
          .containsEntry("j", "gw.test")
          .containsEntry("v", "Test 1")
          .containsEntry("_", "unknown [127.0.0.1]")
          .containsEntry("{daemon_name}", "gw-daemon")
          .containsEntry("{daemon_addr}", "127.0.0.1")
          .containsEntry("{daemon_port}", Integer.toString(server.address().getPort()))
          .containsEntry("{if_name}", "gw.test")
          .doesNotContainKey("{if_addr}")
          .containsEntry("{client_addr}", "127.0.0.1")
          .containsEntry("{client_name}", "unknown")
          .containsKey("{client_port}")
          .containsEntry("{client_ptr}", "unknown")
          .containsEntry("{client_resolve}", "FAIL")
          .containsEntry("{client_connections}", "1");
      assertThat(macros(milter, Command.Helo.class, 0)).isEqualTo(Map.of("{mine}", "yes"));
      assertThat(macros(milter, Command.Mail.class, 0))
          .containsKey("i")
          .containsEntry("{mail_addr}", "")
          .containsEntry("{mail_host}", "gw.test")
          .containsEntry("{mail_mailer}", "local");
      Map<String, String> mail = macros(milter, Command.Mail.class, 1);
      assertThat(mail)
          .containsEntry("{mail_addr}", "a@example.org")
          .containsEntry("{mail_host}", "example.org")
          .containsEntry("{mail_mailer}", "smtp");
      assertThat(mail.get("i")).isNotEqualTo(macros(milter, Command.Mail.class, 0).get("i"));
      assertThat(macros(milter, Command.Rcpt.class, 0))
          .containsEntry("i", mail.get("i"))
          .containsEntry("{rcpt_addr}", "b@example.net")
          .containsEntry("{rcpt_host}", "example.net")
          .containsEntry("{rcpt_mailer}", "smtp");
      assertThat(macros(milter, Command.Rcpt.class, 1))
          .containsEntry("{rcpt_addr}", "postmaster")
          .containsEntry("{rcpt_host}", "gw.test")
          .containsEntry("{rcpt_mailer}", "local");
      assertThat(macros(milter, Command.Data.class, 0)).containsEntry("i", mail.get("i"));
      assertThat(macros(milter, Command.EndOfMessage.class, 0))
          .containsEntry("i", mail.get("i"))
          .containsEntry("{msg_id}", "<1@example.org>");
      assertThat(server.nextHop().onlyMail().outbound().queueId()).isEqualTo(mail.get("i"));
    }
  }

  @Test
  void givePlainIpv6ToConnectAndTheTaggedOneToTheMacro() throws IOException {
    try (ScriptedMilter milter = ScriptedMilter.builder().start();
        TestServer server =
            TestServer.builder()
                .address("[::1]:0")
                .milter(MilterClient.builder("m1", milter.address()).macroLists(ALL).build())
                .start();
        RawSmtpClient client = server.client()) {
      client.play("C: QUIT\nS: 221 2.0.0 Bye");

      Command.Connect connect = milter.connection().commands(Command.Connect.class).getFirst();
      assertThat(connect.hostname()).hasToString("[::1]");
      assertThat(connect.address().address()).hasToString("::1");
      assertThat(macros(milter, Command.Connect.class, 0))
          .containsEntry("{client_addr}", "IPv6:::1")
          .containsEntry("_", "unknown [::1]");
    }
  }

  @Test
  void showRecipientsThatWeRefuseToMiltersThatWantToKnow() throws IOException {
    try (ScriptedMilter milter =
            ScriptedMilter.script(
                """
                > OPTNEG
                < OPTNEG version=6 actions=0x0 steps=0x800
                ...
                > RCPT <refused@here.test>
                < REPLYCODE 451 4.7.1 nobody hears this
                > RCPT <b@example.net>
                < CONTINUE
                ...
                """);
        TestServer server = TestServer.builder().milter(milter).start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: RCPT TO:<refused@here.test>
          S: 550 5.1.1 No such user here
          C: RCPT TO:<b@example.net>
          S: 250 2.1.5 Ok
          """);

      assertThat(macros(milter, Command.Rcpt.class, 0))
          .containsEntry("{rcpt_mailer}", "error")
          .containsEntry("{rcpt_host}", "5.1.1")
          .containsEntry("{rcpt_addr}", "No such user here");
      assertThat(macros(milter, Command.Rcpt.class, 1)).containsEntry("{rcpt_mailer}", "smtp");
      assertThat(server.log())
          .anyMatch(line ->
              line.contains(
                  ": reject: RCPT from unknown[127.0.0.1]: 550 5.1.1 No such user here;"
                      + " from=<a@example.org> to=<refused@here.test> proto=SMTP"));
    }
  }

  private static Map<String, String> macros(
      ScriptedMilter milter, Class<? extends Command> kind, int index) {
    List<Received> received = milter.connection().received(kind);
    return received.get(index).macros();
  }

  private static List<Bytes> names(String blankSeparated) {
    return List.of(blankSeparated.split(" ")).stream().map(Bytes::ofLatin1).toList();
  }
}
