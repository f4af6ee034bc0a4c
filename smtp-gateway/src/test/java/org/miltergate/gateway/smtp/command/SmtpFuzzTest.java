package org.miltergate.gateway.smtp.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.miltergate.config.limits.LimitsConfig;
import org.miltergate.gateway.testkit.Logins;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.TestServer;
import org.miltergate.milter.test.Answers;
import org.miltergate.milter.test.ScriptedMilter;

/** Clients that say almost anything, from a fixed seed. */
@Timeout(120)
class SmtpFuzzTest {
  private static final String[] WORDS = {
    "HELO",
    "EHLO",
    "MAIL FROM:",
    "RCPT TO:",
    "DATA",
    "BDAT 3\r\n",
    "BDAT 12 LAST\r\n",
    "BDAT 0 LAST\r\n",
    "BDAT 1200",
    "RSET",
    "NOOP",
    "VRFY",
    "HELP",
    "QUIT",
    "<a@example.org>",
    "<b@here.test>",
    "<>",
    "<",
    ">",
    "@",
    "\"",
    "\\",
    "[",
    "]",
    "IPv6:::",
    "%",
    "SIZE=",
    "99999999999",
    "BODY=8BITMIME",
    "SMTPUTF8",
    "AUTH PLAIN ",
    "AUTH LOGIN",
    "AUTH SCRAM-SHA-256 ",
    "AGFsaWNlAHdyb25n",
    "biwsbj1hbGljZSxyPXg=",
    "*",
    "=",
    "\r\n",
    "\r\n",
    "\r\n",
    "\r\n.\r\n",
    "\n",
    "\r",
    "\0",
    " ",
    "\t",
    ".",
    "..",
    ":",
    "\u00c3\u00a9",
    "\u00ff",
    "Subject: x",
    "client.test",
  };

  @Test
  void neverMeetsAnUncheckedExceptionNorLeavesASessionBehind() throws IOException {
    Random random = new Random(20261102);
    try (ScriptedMilter milter = ScriptedMilter.answering(command -> Answers.CONTINUE);
        TestServer server =
            TestServer.builder()
                .limits(l ->
                    l.set(LimitsConfig.MESSAGE_SIZE, 1024L)
                        .set(LimitsConfig.HEADER_SIZE, 1024)
                        .set(LimitsConfig.LINE_LENGTH, 512))
                .users(Logins.USERS)
                .milter(milter)
                .start()) {
      for (int round = 0; round < 300; round++) {
        try (RawSmtpClient client = server.connect()) {
          client.send(dialogue(random)).finishSending();
          client.readToEnd();
        }
      }

      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> server.openSessions() == 0);
      assertThat(server.log()).noneMatch(line -> line.contains("error: "));
      assertThat(server.log()).noneMatch(line -> line.matches("warning: \\w+: milter .*"));
    }
  }

  private static String dialogue(Random random) {
    StringBuilder text = new StringBuilder();
    if (random.nextBoolean()) {
      text.append("MAIL FROM:<a@example.org>\r\nRCPT TO:<b@here.test>\r\n");
      text.append(random.nextBoolean() ? "DATA\r\n" : "");
      text.append(random.nextBoolean() ? "BDAT 20\r\n" : "");
    }
    int words = random.nextInt(60);
    for (int i = 0; i < words; i++) {
      text.append(WORDS[random.nextInt(WORDS.length)]);
    }
    return text.toString();
  }
}
