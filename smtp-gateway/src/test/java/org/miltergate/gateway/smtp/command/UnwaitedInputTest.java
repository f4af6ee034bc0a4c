package org.miltergate.gateway.smtp.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.config.listener.ListenerAuth;
import org.miltergate.config.listener.ListenerConfig;
import org.miltergate.gateway.testkit.Logins;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.TestServer;
import org.miltergate.milter.test.ScriptedMilter;

/** Content and passwords that were sent before a refusal are not run as commands. */
class UnwaitedInputTest {
  private static final String CONTENT =
      "MAIL FROM:<evil@example.org>\\r\\nRCPT"
          + " TO:<b@example.net>\\r\\nDATA\\r\\nsmuggled\\r\\n.\\r\\n";

  private static void refuses(TestServer server, String dialogue) throws IOException {
    try (server;
        RawSmtpClient client = server.client()) {
      client.play(dialogue.replace("CONTENT", CONTENT));

      assertThat(server.nextHop().mails()).isEmpty();
      assertThat(server.log()).noneMatch(line -> line.contains("evil"));
    }
  }

  @Test
  void dataWithoutAMessage() throws IOException {
    refuses(
        TestServer.start(),
        """
        C= DATA\\r\\nCONTENT
        S: 503 5.5.1 Error: need RCPT command
        S! closed
        """);
  }

  @Test
  void dataWithoutRecipientsBehindAGroupThatIsLongerThanTheBuffer() throws IOException {
    String padding = "NOOP " + "x".repeat(300) + "\\r\\n";
    refuses(
        TestServer.start(),
        """
        C= %s%sMAIL FROM:<a@example.org>\\r\\nRCPT TO:<refused@here.test>\\r\\nDATA\\r\\nCONTENT
        S: 250 2.0.0 Ok
        S: 250 2.0.0 Ok
        S: 250 2.1.0 Ok
        S: 550 5.1.1 No such user here
        S: 554 5.5.1 Error: no valid recipients
        S! closed
        """
            .formatted(padding, padding));
  }

  @Test
  void dataWithAnArgument() throws IOException {
    refuses(
        TestServer.start(),
        """
        C= MAIL FROM:<a@example.org>\\r\\nRCPT TO:<b@example.net>\\r\\nDATA now\\r\\nCONTENT
        S: 250 2.1.0 Ok
        S: 250 2.1.5 Ok
        S: 501 5.5.4 Syntax: DATA
        S! closed
        """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"550 5.7.1 no", "452 4.3.1 later"})
  void dataThatAMilterRefuses(String reply) throws IOException {
    try (ScriptedMilter milter =
        ScriptedMilter.script(
            """
            ...
            > DATA
            < REPLYCODE %s
            """
                .formatted(reply))) {
      refuses(
          TestServer.behind(milter),
          """
          C: EHLO c.test
          S+ 250
          C= MAIL FROM:<a@example.org>\\r\\nRCPT TO:<b@example.net>\\r\\nDATA\\r\\nCONTENT
          S: 250 2.1.0 Ok
          S: 250 2.1.5 Ok
          S: %s
          S! closed
          """
              .formatted(reply));
    }
  }

  @Test
  void dataBeforeALogin() throws IOException {
    refuses(
        TestServer.builder()
            .users(Logins.USERS)
            .listener(l -> l.set(ListenerConfig.AUTH, ListenerAuth.REQUIRED))
            .start(),
        """
        C= DATA\\r\\nCONTENT
        S: 530 5.7.0 Authentication required
        S! closed
        """);
  }

  @Test
  void dataOfAClientThatIsOfferedNoPipelining() throws IOException {
    refuses(
        TestServer.builder()
            .listener(l -> l.set(ListenerConfig.HIDE_EXTENSIONS, List.of("PIPELINING")))
            .start(),
        """
        C= DATA\\r\\nCONTENT
        S: 503 5.5.1 Error: need RCPT command
        S! closed
        """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Hello", "Subject: x", "<html>"})
  void contentThatIsLate(String line) throws IOException {
    refuses(
        TestServer.start(),
        """
        C: DATA
        S: 503 5.5.1 Error: need RCPT command
        C: %s
        S: 500 5.5.2 Error: command not recognized
        S! closed
        """
            .formatted(line));
  }

  @ParameterizedTest
  @ValueSource(strings = {"DATA", "data", "  \\x09DATA"})
  void dataThatIsTooLong(String command) throws IOException {
    refuses(
        TestServer.start(),
        """
        C= %s %s\\r\\nCONTENT
        S: 500 5.5.2 Error: line too long
        S! closed
        """
            .formatted(command, "x".repeat(3000)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"BDAT 5", "bdat 5 LAST", " BDAT\\x09999999999999999999"})
  void chunkWhoseCommandIsTooLong(String command) throws IOException {
    refuses(
        TestServer.start(),
        """
        C= %s%s\\r\\n
        S: 500 5.5.2 Error: line too long
        S! closed
        """
            .formatted(command, " ".repeat(3000)));
  }

  @Test
  void lineOfBlanksThatIsTooLong() throws IOException {
    refuses(
        TestServer.start(),
        """
        C= %sBDAT 5\\r\\nCONTENT
        S: 500 5.5.2 Error: line too long
        S! closed
        """
            .formatted(" ".repeat(3000)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"AUTH", "AUTH PLAIN", "AUTH PLAIN x y", "AUTH NONE", "AUTH PLAIN !!"})
  void loginThatIsNotOffered(String command) throws IOException {
    refuses(
        TestServer.start(),
        """
        C= %s\\r\\nCONTENT
        S: 503 5.5.1 Error: authentication not enabled
        S! closed
        """
            .formatted(command));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "AUTH; 501 5.5.4 Syntax: AUTH mechanism",
        "AUTH NONE; 504 5.5.4 Error: unrecognized authentication mechanism",
        "AUTH PLAIN !!; 501 5.5.2 Error: invalid base64 data",
        "AUTH PLAIN AGFsaWNlAHdyb25n; 535 5.7.8 Error: authentication failed",
      })
  void loginThatFails(String commandAndReply) throws IOException {
    String[] parts = commandAndReply.split("; ");
    refuses(
        TestServer.builder().users(Logins.USERS).start(),
        """
        C= %s\\r\\nCONTENT
        S: %s
        S! closed
        """
            .formatted(parts[0], parts[1]));
  }

  @Test
  void loginThatIsTooLong() throws IOException {
    refuses(
        TestServer.builder().users(Logins.USERS).start(),
        """
        C= AUTH PLAIN %s\\r\\nCONTENT
        S: 500 5.5.6 SASL response limit exceeded
        S! closed
        """
            .formatted("x".repeat(13_000)));
  }

  @Test
  void chunkThatIsRefusedIsReadAndWhatFollowsIsRun() throws IOException {
    refuses(
        TestServer.start(),
        """
        C= BDAT 5 LAST\\r\\nQUIT!NOOP\\r\\n
        S: 503 5.5.1 Error: need RCPT command
        S: 250 2.0.0 Ok
        """);
  }

  @Test
  void clientThatWaitsGoesOnAfterEachRefusal() throws IOException {
    try (TestServer server = TestServer.builder().users(Logins.USERS).start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: EHLO c.test
          S+ 250
          C: AUTH NONE
          S: 504 5.5.4 Error: unrecognized authentication mechanism
          C= MAIL FROM:<a@example.org>\\r\\nRCPT TO:<refused@here.test>\\r\\nDATA\\r\\n
          S: 250 2.1.0 Ok
          S: 550 5.1.1 No such user here
          S: 554 5.5.1 Error: no valid recipients
          C= RSET\\r\\nMAIL FROM:<a@example.org>\\r\\nRCPT TO:<b@here.test>\\r\\nDATA\\r\\n
          S: 250 2.0.0 Ok
          S: 250 2.1.0 Ok
          S: 250 2.1.5 Ok
          S: 354 ...
          C= Subject: x\\r\\n.\\r\\nMAIL FROM:<a@example.org>\\r\\nQUIT\\r\\n
          S: 250 2.0.0 Ok: queued as ...
          S: 250 2.1.0 Ok
          S: 221 2.0.0 Bye
          """);

      assertThat(server.nextHop().onlyMail().content()).isEqualTo("Subject: x\r\n");
    }
  }
}
