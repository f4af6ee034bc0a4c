package org.miltergate.milter.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.miltergate.milter.chain.SmtpSide.AMPLE;
import static org.miltergate.milter.chain.SmtpSide.client;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.milter.session.Letters;
import org.miltergate.milter.test.ScriptedMilter;

/**
 * What each verdict of the first of two milters means for a client that sends two messages, for the
 * milter itself, and for the second one, which has nothing against anything.
 *
 * <p>{@code [m]} stands for a message from MAIL to the ABORT behind its end.
 */
@Timeout(60)
class VerdictTableTest {
  private static final String MESSAGE = "M R T L N B E A";

  @ParameterizedTest(name = "{1} at {0}")
  @CsvSource(
      delimiter = '|',
      value = {
        // at     | verdict               | what the client hears                        | first is
        // told          | second is told
        "CONNECT  | CONTINUE              | -                                            | C H [m]"
            + " [m] Q          | C H [m] [m] Q",
        "CONNECT  | ACCEPT                | -                                            | C Q     "
            + "               | C H [m] [m] Q",
        "CONNECT  | REJECT                | C H M M 550 5.7.1 Command rejected (m1)      | C Q     "
            + "               | C Q",
        "CONNECT  | TEMPFAIL              | C H M M 451 4.7.1 Service unavailable - try again later"
            + " (m1) | C Q    | C Q",
        "CONNECT  | REPLYCODE 554 5.7.1 x | C H M M 554 5.7.1 x (m1)                     | C Q     "
            + "               | C Q",
        "CONNECT  | REPLYCODE 421 4.3.2 x | C 421 4.3.2 x (m1)                           | C Q     "
            + "               | C Q",
        "CONNECT  | SHUTDOWN              | C 421 4.7.0 Server closing connection (m1)   | C Q     "
            + "               | C Q",
        "CONNECT  | DISCARD               | -                                            | C H [m]"
            + " [m] Q          | C H [m] [m] Q",
        "CONNECT  | SKIP                  | -                                            | C H [m]"
            + " [m] Q          | C H [m] [m] Q",
        "HELO     | ACCEPT                | -                                            | C H Q   "
            + "               | C H [m] [m] Q",
        "HELO     | REJECT                | H M M 550 5.7.1 Command rejected (m1)        | C H Q   "
            + "               | C H Q",
        "HELO     | REPLYCODE 450 4.7.1 x | H M M 450 4.7.1 x (m1)                       | C H Q   "
            + "               | C H Q",
        "HELO     | REPLYCODE 521 5.3.2 x | H 521 5.3.2 x (m1)                           | C H Q   "
            + "               | C H Q",
        "HELO     | DISCARD               | -                                            | C H [m]"
            + " [m] Q          | C H [m] [m] Q",
        "MAIL     | ACCEPT                | -                                            | C H M A"
            + " M A Q          | C H [m] [m] Q",
        "MAIL     | REJECT                | M M 550 5.7.1 Command rejected (m1)          | C H M A"
            + " M A Q          | C H M A M A Q",
        "MAIL     | TEMPFAIL              | M M 451 4.7.1 Service unavailable - try again later"
            + " (m1) | C H M A M A Q | C H M A M A Q",
        "MAIL     | REPLYCODE 553 5.1.8 x | M M 553 5.1.8 x (m1)                         | C H M A"
            + " M A Q          | C H M A M A Q",
        "MAIL     | DISCARD               | E E discarded (m1)                           | C H M A"
            + " M A Q          | C H M A M A Q",
        "MAIL     | SHUTDOWN              | M 421 4.7.0 Server closing connection (m1)   | C H M A"
            + " Q              | C H M A Q",
        "MAIL     | SKIP                  | -                                            | C H [m]"
            + " [m] Q          | C H [m] [m] Q",
        "RCPT     | ACCEPT                | -                                            | C H M R"
            + " A M R A Q      | C H [m] [m] Q",
        "RCPT     | REJECT                | R R 550 5.7.1 Command rejected (m1)          | C H M R"
            + " A M R A Q      | C H M R A M R A Q",
        "RCPT     | REPLYCODE 450 4.2.0 x | R R 450 4.2.0 x (m1)                         | C H M R"
            + " A M R A Q      | C H M R A M R A Q",
        "RCPT     | DISCARD               | E E discarded (m1)                           | C H M R"
            + " A M R A Q      | C H M R A M R A Q",
        "RCPT     | REPLYCODE 421 4.3.2 x | R 421 4.3.2 x (m1)                           | C H M R"
            + " A Q            | C H M R A Q",
        "RCPT     | SKIP                  | -                                            | C H [m]"
            + " [m] Q          | C H [m] [m] Q",
        "DATA     | ACCEPT                | -                                            | C H M R"
            + " T A M R T A Q  | C H [m] [m] Q",
        "DATA     | REJECT                | T T 550 5.7.1 Command rejected (m1)          | C H M R"
            + " T A M R T A Q  | C H M R T A M R T A Q",
        "DATA     | DISCARD               | E E discarded (m1)                           | C H M R"
            + " T A M R T A Q  | C H M R T A M R T A Q",
        "DATA     | SHUTDOWN              | T 421 4.7.0 Server closing connection (m1)   | C H M R"
            + " T A Q          | C H M R T A Q",
        "HEADER   | ACCEPT                | -                                            | C H M R"
            + " T L A M R T L A Q | C H [m] [m] Q",
        "HEADER   | REJECT                | E E 550 5.7.1 Command rejected (m1)          | C H M R"
            + " T L A M R T L A Q | C H M R T A M R T A Q",
        "HEADER   | DISCARD               | E E discarded (m1)                           | C H M R"
            + " T L A M R T L A Q | C H M R T A M R T A Q",
        "HEADER   | SHUTDOWN              | E 421 4.7.0 Service unavailable (m1)         | C H M R"
            + " T L A Q        | C H M R T A Q",
        "HEADER   | SKIP                  | -                                            | C H [m]"
            + " [m] Q          | C H [m] [m] Q",
        "EOH      | ACCEPT                | -                                            | C H M R"
            + " T L N A M R T L N A Q | C H [m] [m] Q",
        "EOH      | REPLYCODE 554 5.6.0 x | E E 554 5.6.0 x (m1)                         | C H M R"
            + " T L N A M R T L N A Q | C H M R T A M R T A Q",
        "EOH      | DISCARD               | E E discarded (m1)                           | C H M R"
            + " T L N A M R T L N A Q | C H M R T A M R T A Q",
        "BODY     | ACCEPT                | -                                            | C H M R"
            + " T L N B A M R T L N B A Q | C H [m] [m] Q",
        "BODY     | TEMPFAIL              | E E 451 4.7.1 Service unavailable - try again later"
            + " (m1) | C H M R T L N B A M R T L N B A Q | C H M R T A M R T A Q",
        "BODY     | DISCARD               | E E discarded (m1)                           | C H M R"
            + " T L N B A M R T L N B A Q | C H M R T A M R T A Q",
        "BODY     | SKIP                  | -                                            | C H [m]"
            + " [m] Q          | C H [m] [m] Q",
        "EOM      | ACCEPT                | -                                            | C H [m]"
            + " [m] Q          | C H [m] [m] Q",
        "EOM      | REJECT                | E E 550 5.7.1 Command rejected (m1)          | C H [m]"
            + " [m] Q          | C H M R T A M R T A Q",
        "EOM      | REPLYCODE 550-5.7.1 a\\r\\n550 5.7.1 b | E E 550 5.7.1 a / 5.7.1 b (m1) | C H"
            + " [m] [m] Q       | C H M R T A M R T A Q",
        "EOM      | REPLYCODE 421 4.3.2 x | E 421 4.3.2 x (m1)                           | C H [m]"
            + " Q              | C H M R T A Q",
        "EOM      | DISCARD               | E E discarded (m1)                           | C H [m]"
            + " [m] Q          | C H M R T A M R T A Q",
        "EOM      | SKIP                  | -                                            | C H [m]"
            + " [m] Q          | C H [m] [m] Q",
        "EOM      | SHUTDOWN              | E 421 4.7.0 Service unavailable (m1)         | C H [m]"
            + " Q              | C H M R T A Q",
      })
  void askingTogether(String at, String verdict, String heard, String first, String second)
      throws Exception {
    check(PreData.TOGETHER, at, verdict, heard, first, second);
  }

  @ParameterizedTest(name = "{1} at {0}")
  @CsvSource(
      delimiter = '|',
      value = {
        // As Postfix asks: the second milter sees nothing of what the first one refuses.
        "CONNECT  | CONTINUE              | -                                            | C H [m]"
            + " [m] Q          | C H [m] [m] Q",
        "CONNECT  | ACCEPT                | -                                            | C Q     "
            + "               | C H [m] [m] Q",
        "CONNECT  | REJECT                | C H M M 550 5.7.1 Command rejected (m1)      | C Q     "
            + "               | none",
        "CONNECT  | SHUTDOWN              | C 421 4.7.0 Server closing connection (m1)   | C Q     "
            + "               | none",
        "HELO     | REJECT                | H M M 550 5.7.1 Command rejected (m1)        | C H Q   "
            + "               | C Q",
        "MAIL     | REJECT                | M M 550 5.7.1 Command rejected (m1)          | C H M A"
            + " M A Q          | C H Q",
        "MAIL     | DISCARD               | E E discarded (m1)                           | C H M A"
            + " M A Q          | C H Q",
        "MAIL     | ACCEPT                | -                                            | C H M A"
            + " M A Q          | C H [m] [m] Q",
        "RCPT     | REJECT                | R R 550 5.7.1 Command rejected (m1)          | C H M R"
            + " A M R A Q      | C H M A M A Q",
        "RCPT     | DISCARD               | E E discarded (m1)                           | C H M R"
            + " A M R A Q      | C H M A M A Q",
        "DATA     | REJECT                | T T 550 5.7.1 Command rejected (m1)          | C H M R"
            + " T A M R T A Q  | C H M R A M R A Q",
        "BODY     | REJECT                | E E 550 5.7.1 Command rejected (m1)          | C H M R"
            + " T L N B A M R T L N B A Q | C H M R T A M R T A Q",
        "EOM      | DISCARD               | E E discarded (m1)                           | C H [m]"
            + " [m] Q          | C H M R T A M R T A Q",
      })
  void askingInTurn(String at, String verdict, String heard, String first, String second)
      throws Exception {
    check(PreData.SERIAL, at, verdict, heard, first, second);
  }

  private static void check(
      PreData preData, String at, String verdict, String heard, String first, String second)
      throws Exception {
    try (ScriptedMilter m1 = ScriptedMilter.builder().on(at, verdict).start();
        ScriptedMilter m2 = ScriptedMilter.builder().start()) {
      try (SmtpSide smtp = new SmtpSide(preData, client("m1", m1), client("m2", m2))) {
        assertThat(smtp.run("C H M R T E M R T E")).isEqualTo(heard);
        assertThat(smtp.failures).isEmpty();
      }

      assertThat(told(m1)).isEqualTo(first.replace("[m]", MESSAGE));
      assertThat(told(m2)).isEqualTo(second.replace("[m]", MESSAGE));
    }
  }

  private static String told(ScriptedMilter milter) {
    if (milter.connections().isEmpty()) {
      return "none";
    }
    assertThat(milter.awaitFinished(AMPLE)).isTrue();
    return Letters.of(milter.connection()).substring("O ".length());
  }
}
