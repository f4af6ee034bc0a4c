package org.miltergate.gateway.smtp.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.gateway.relay.MailOption;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.TestServer;
import org.miltergate.milter.test.ScriptedMilter;

/** What MAIL declares to the next hop follows the message and the envelope as milters left them. */
class DeclaredToNextHopTest {

  /** Columns: arguments of the client, content, edit of a milter, what is declared. */
  @ParameterizedTest(name = "{0} {1} {2}")
  @CsvSource(
      nullValues = "-",
      value = {
        "'', ascii, -, ''",
        "'', ascii, ADDHEADER X-A|b, ''",
        "'', ascii, ADDHEADER X-A|\\xc3\\xa9, EIGHT_BIT_EDITS",
        "'', ascii, INSHEADER 0 X-A|\\xc3\\xa9, EIGHT_BIT_EDITS",
        "'', ascii, REPLBODY \\xe9, EIGHT_BIT_EDITS",
        "' BODY=8BITMIME', ascii, REPLBODY \\xe9, EIGHT_BIT_MIME",
        "' BODY=8BITMIME', caf\u00e9, -, EIGHT_BIT_MIME",
        "'', caf\u00e9, -, ''",
        "'', caf\u00e9, ADDHEADER X-A|b, ''",
        "'', ascii, ADDRCPT <\\xc3\\xa9@example.net>, SMTPUTF8",
        "'', ascii, CHGFROM <\\xc3\\xa9@example.net>, SMTPUTF8",
        "' SMTPUTF8', ascii, -, SMTPUTF8",
      })
  void followsTheEdits(String arguments, String body, String edit, String declared)
      throws IOException {
    String[] said = edit == null ? new String[] {"ACCEPT"} : new String[] {edit, "ACCEPT"};
    try (ScriptedMilter milter = ScriptedMilter.builder().on("EOM", said).start();
        TestServer server = TestServer.behind(milter);
        RawSmtpClient client = server.client()) {
      client.play("C: EHLO client.test\nS+ 250");
      client.play("C: MAIL FROM:<a@example.org>" + arguments + "\nS: 250 2.1.0 Ok");
      client.play("C: RCPT TO:<b@example.net>\nS: 250 2.1.5 Ok\nC: DATA\nS: 354 ...");
      client.send("Subject: x\r\n\r\n" + body + "\r\n.\r\n");
      client.play("S: 250 2.0.0 Ok: queued as ...");

      assertThat(server.nextHop().onlyMail().outbound().options())
          .isEqualTo(declared.isEmpty() ? Set.of() : Set.of(MailOption.valueOf(declared)));
    }
  }
}
