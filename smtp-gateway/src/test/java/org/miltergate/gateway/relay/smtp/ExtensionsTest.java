package org.miltergate.gateway.relay.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.gateway.relay.MailOption;
import org.miltergate.gateway.relay.ReplyStatus;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.SmtpReply;

class ExtensionsTest {

  @Test
  void readsKeywordsButNotTheGreeting() {
    Extensions offered = of("PIPELINING", "pipelining", "8bitMIME", "AUTH=LOGIN", "SMTPUTF8 x");

    assertThat(offered.pipelining()).isTrue();
    assertThat(offered.offers(MailOption.EIGHT_BIT_MIME)).isTrue();
    assertThat(offered.offers(MailOption.SMTPUTF8)).isTrue();
    assertThat(offered.size()).isFalse();
    assertThat(offered.keywords()).containsEntry("AUTH", "LOGIN");
    assertThat(of("PIPELINING").pipelining()).isFalse();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "AUTH LOGIN|AUTH PLAIN, LOGIN PLAIN",
    "AUTH PLAIN|AUTH=LOGIN|auth\tSCRAM-SHA-256, PLAIN LOGIN SCRAM-SHA-256",
    "AUTH=PLAIN LOGIN, PLAIN LOGIN",
    "AUTH= PLAIN, PLAIN",
    "AUTH\tPLAIN\tLOGIN, PLAIN\tLOGIN",
    "AUTH, ''",
    "XAUTH PLAIN, ''",
  })
  void authLinesAreOneSet(String lines, String mechanisms) {
    String[] all = ("greeting|" + lines).split("\\|", -1);

    assertThat(of(all).authMechanisms().strip()).isEqualTo(mechanisms);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "SIZE 1000, 1000",
    "SIZE\t1000, 1000",
    "SIZE=1000, 1000",
    "SIZE, 9223372036854775807",
    "SIZE 0, 9223372036854775807",
    "SIZE -5, 9223372036854775807",
    "SIZE x, 9223372036854775807",
    "SIZE 99999999999999999999, 9223372036854775807",
    "NOSIZE, 9223372036854775807",
  })
  void readsTheSizeLimit(String line, long expected) {
    assertThat(of("greeting", line).maxMessageBytes()).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "LIMITS RCPTMAX=20 MAILMAX=5, 20, 5",
    "LIMITS mailmax=5, 2147483647, 5",
    "LIMITS RCPTMAX=20\tMAILMAX=5, 20, 5",
    "LIMITS RCPTMAX=0 MAILMAX=x, 2147483647, 2147483647",
    "LIMITS, 2147483647, 2147483647",
    "LIMITS RCPTMAX=99999999999, 2147483647, 2147483647",
  })
  void readsTheLimits(String line, int recipients, int transactions) {
    assertThat(of("greeting", line).maxRecipients()).isEqualTo(recipients);
    assertThat(of("greeting", line).maxTransactions()).isEqualTo(transactions);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "250, 2.1.5 Ok, 2.1.5, false",
    "250, Ok, 2.0.0, false",
    "550, 4.1.1 class differs, 5.0.0, false",
    "550, 5.1.1, 5.1.1, false",
    "550, 5.1.1x, 5.0.0, false",
    "452, 4.5.3 x, 4.5.3, true",
    "452, x, 4.0.0, true",
    "452, 4.3.1 x, 4.3.1, false",
    "552, 5.5.3 x, 5.5.3, true",
    "552, 5.2.2 x, 5.2.2, false",
    "450, 4.5.3 x, 4.5.3, false",
  })
  void findsTheStatus(int code, String text, String status, boolean tooMany) {
    SmtpReply reply = SmtpReply.of(code, text);

    assertThat(ReplyStatus.of(reply)).isEqualTo(status);
    assertThat(ReplyStatus.meansTooManyRecipients(reply)).isEqualTo(tooMany);
  }

  private static Extensions of(String... lines) {
    return Extensions.of(new SmtpReply(250, Arrays.stream(lines).map(Bytes::ofLatin1).toList()));
  }
}
