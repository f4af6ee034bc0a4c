package org.miltergate.milter.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.miltergate.milter.chain.SmtpSide.AMPLE;
import static org.miltergate.milter.chain.SmtpSide.FINE;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.milter.mail.StandardReplies;
import org.miltergate.milter.session.Letters;
import org.miltergate.milter.test.ScriptedMilter;

/**
 * What each verdict of the first of two milters means for a client that sends two messages, for the
 * milter itself, and for the second one, which has nothing against anything.
 *
 * <p>{@code [m]} stands for a message from MAIL to the ABORT behind its end, a word in angle
 * brackets for a usual reply.
 */
@ParameterizedClass(name = "pipelining {0}")
@EnumSource(Pipelining.class)
class VerdictTableTest {
  @Parameter Pipelining pipelining;

  private static final String MESSAGE = "MRTLNBEA";

  /** Where a verdict comes in the middle of a message. */
  private static final List<String> EARLY = List.of("HEADER", "EOH", "BODY");

  private static final Map<String, SmtpReply> USUAL =
      Map.of(
          "<reject>", StandardReplies.REJECT,
          "<tempfail>", StandardReplies.TEMPFAIL,
          "<bye>", StandardReplies.SHUTDOWN_ENVELOPE,
          "<bye-content>", StandardReplies.SHUTDOWN_CONTENT);

  @ParameterizedTest(name = "{1} at {0}")
  @CsvSource(
      delimiter = '|',
      value = {
        // at    | verdict               | client hears        | first is told     | second is told
        "CONNECT | CONTINUE              | -                   | CH[m][m]Q         | CH[m][m]Q",
        "CONNECT | ACCEPT                | -                   | CQ                | CH[m][m]Q",
        "CONNECT | REJECT                | C H M M <reject>    | CQ                | CQ",
        "CONNECT | TEMPFAIL              | C H M M <tempfail>  | CQ                | CQ",
        "CONNECT | REPLYCODE 554 5.7.1 x | C H M M 554 5.7.1 x | CQ                | CQ",
        "CONNECT | REPLYCODE 421 4.3.2 x | C 421 4.3.2 x       | CQ                | CQ",
        "CONNECT | SHUTDOWN              | C <bye>             | CQ                | CQ",
        "CONNECT | DISCARD               | -                   | CH[m][m]Q         | CH[m][m]Q",
        "CONNECT | SKIP                  | -                   | CH[m][m]Q         | CH[m][m]Q",
        "HELO    | ACCEPT                | -                   | CHQ               | CH[m][m]Q",
        "HELO    | REJECT                | H M M <reject>      | CHQ               | CHQ",
        "HELO    | REPLYCODE 450 4.7.1 x | H M M 450 4.7.1 x   | CHQ               | CHQ",
        "HELO    | REPLYCODE 521 5.3.2 x | H 521 5.3.2 x       | CHQ               | CHQ",
        "HELO    | DISCARD               | -                   | CH[m][m]Q         | CH[m][m]Q",
        "MAIL    | ACCEPT                | -                   | CHMAMAQ           | CH[m][m]Q",
        "MAIL    | REJECT                | M M <reject>        | CHMAMAQ           | CHMAMAQ",
        "MAIL    | TEMPFAIL              | M M <tempfail>      | CHMAMAQ           | CHMAMAQ",
        "MAIL    | REPLYCODE 553 5.1.8 x | M M 553 5.1.8 x     | CHMAMAQ           | CHMAMAQ",
        "MAIL    | DISCARD               | E E discarded       | CHMAMAQ           | CHMAMAQ",
        "MAIL    | SHUTDOWN              | M <bye>             | CHMAQ             | CHMAQ",
        "MAIL    | SKIP                  | -                   | CH[m][m]Q         | CH[m][m]Q",
        "RCPT    | ACCEPT                | -                   | CHMRAMRAQ         | CH[m][m]Q",
        "RCPT    | REJECT                | R R <reject>        | CHMRAMRAQ         | CHMRAMRAQ",
        "RCPT    | REPLYCODE 450 4.2.0 x | R R 450 4.2.0 x     | CHMRAMRAQ         | CHMRAMRAQ",
        "RCPT    | DISCARD               | E E discarded       | CHMRAMRAQ         | CHMRAMRAQ",
        "RCPT    | REPLYCODE 421 4.3.2 x | R 421 4.3.2 x       | CHMRAQ            | CHMRAQ",
        "RCPT    | SKIP                  | -                   | CH[m][m]Q         | CH[m][m]Q",
        "DATA    | ACCEPT                | -                   | CHMRTAMRTAQ       | CH[m][m]Q",
        "DATA    | REJECT                | T T <reject>        | CHMRTAMRTAQ       | CHMRTAMRTAQ",
        "DATA    | DISCARD               | E E discarded       | CHMRTAMRTAQ       | CHMRTAMRTAQ",
        "DATA    | SHUTDOWN              | T <bye>             | CHMRTAQ           | CHMRTAQ",
        "HEADER  | ACCEPT                | -                   | CHMRTLAMRTLAQ     | CH[m][m]Q",
        "HEADER  | REJECT                | E E <reject>        | CHMRTLAMRTLAQ     | CHMRTAMRTAQ",
        "HEADER  | DISCARD               | E E discarded       | CHMRTLAMRTLAQ     | CHMRTAMRTAQ",
        "HEADER  | SHUTDOWN              | E <bye-content>     | CHMRTLAQ          | CHMRTAQ",
        "HEADER  | SKIP                  | -                   | CH[m][m]Q         | CH[m][m]Q",
        "EOH     | ACCEPT                | -                   | CHMRTLNAMRTLNAQ   | CH[m][m]Q",
        "EOH     | REPLYCODE 554 5.6.0 x | E E 554 5.6.0 x     | CHMRTLNAMRTLNAQ   | CHMRTAMRTAQ",
        "EOH     | DISCARD               | E E discarded       | CHMRTLNAMRTLNAQ   | CHMRTAMRTAQ",
        "BODY    | ACCEPT                | -                   | CHMRTLNBAMRTLNBAQ | CH[m][m]Q",
        "BODY    | TEMPFAIL              | E E <tempfail>      | CHMRTLNBAMRTLNBAQ | CHMRTAMRTAQ",
        "BODY    | DISCARD               | E E discarded       | CHMRTLNBAMRTLNBAQ | CHMRTAMRTAQ",
        "BODY    | SKIP                  | -                   | CH[m][m]Q         | CH[m][m]Q",
        "EOM     | ACCEPT                | -                   | CH[m][m]Q         | CH[m][m]Q",
        "EOM     | REJECT                | E E <reject>        | CH[m][m]Q         | CHMRTAMRTAQ",
        "EOM     | REPLYCODE 550-x\\r\\n550 y | E E 550 x / y       | CH[m][m]Q         |"
            + " CHMRTAMRTAQ",
        "EOM     | REPLYCODE 421 4.3.2 x | E 421 4.3.2 x       | CH[m]Q            | CHMRTAQ",
        "EOM     | DISCARD               | E E discarded       | CH[m][m]Q         | CHMRTAMRTAQ",
        "EOM     | SKIP                  | -                   | CH[m][m]Q         | CH[m][m]Q",
        "EOM     | SHUTDOWN              | E <bye-content>     | CH[m]Q            | CHMRTAQ",
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
        "CONNECT | CONTINUE              | -                   | CH[m][m]Q         | CH[m][m]Q",
        "CONNECT | ACCEPT                | -                   | CQ                | CH[m][m]Q",
        "CONNECT | REJECT                | C H M M <reject>    | CQ                | none",
        "CONNECT | SHUTDOWN              | C <bye>             | CQ                | none",
        "HELO    | REJECT                | H M M <reject>      | CHQ               | CQ",
        "MAIL    | REJECT                | M M <reject>        | CHMAMAQ           | CHQ",
        "MAIL    | DISCARD               | E E discarded       | CHMAMAQ           | CHQ",
        "MAIL    | ACCEPT                | -                   | CHMAMAQ           | CH[m][m]Q",
        "RCPT    | REJECT                | R R <reject>        | CHMRAMRAQ         | CHMAMAQ",
        "RCPT    | DISCARD               | E E discarded       | CHMRAMRAQ         | CHMAMAQ",
        "DATA    | REJECT                | T T <reject>        | CHMRTAMRTAQ       | CHMRAMRAQ",
        "BODY    | REJECT                | E E <reject>        | CHMRTLNBAMRTLNBAQ | CHMRTAMRTAQ",
        "EOM     | DISCARD               | E E discarded       | CH[m][m]Q         | CHMRTAMRTAQ",
      })
  void askingInTurn(String at, String verdict, String heard, String first, String second)
      throws Exception {
    check(PreData.SERIAL, at, verdict, heard, first, second);
  }

  private void check(
      PreData preData, String at, String verdict, String heard, String first, String second)
      throws Exception {
    try (ScriptedMilter m1 = ScriptedMilter.builder().on(at, verdict).start();
        ScriptedMilter m2 = ScriptedMilter.builder().start()) {
      try (SmtpSide smtp =
          new SmtpSide(preData, pipelining.client("m1", m1), pipelining.client("m2", m2))) {
        assertThat(smtp.run("C H M R T E M R T E")).isEqualTo(text(heard));
        assertThat(smtp.failures).isEmpty();
      }

      String firstTold = first.replace("[m]", MESSAGE);
      if (pipelining == Pipelining.ON && EARLY.contains(at) && !firstTold.contains(MESSAGE)) {
        assertAnewForEachMessage(m1, at, verdict.equals("SHUTDOWN") ? 1 : 2);
      } else {
        assertThat(told(m1)).isEqualTo(firstTold);
      }
      assertThat(told(m2)).isEqualTo(second.replace("[m]", MESSAGE));
    }
  }

  /** After its early verdict a milter is hung up on, with more of the message in progress. */
  private static void assertAnewForEachMessage(ScriptedMilter milter, String at, int messages) {
    assertThat(milter.awaitFinished(AMPLE)).isTrue();
    assertThat(milter.connections()).hasSize(messages);
    String untilVerdict = "OCHMRT" + "LNB".substring(0, EARLY.indexOf(at) + 1);
    assertThat(milter.connections())
        .allSatisfy(told -> assertThat(Letters.of(told).replace(" ", "")).startsWith(untilVerdict));
  }

  private static String text(String heard) {
    String text = heard.equals(FINE) ? heard : heard + " (m1)";
    for (Map.Entry<String, SmtpReply> usual : USUAL.entrySet()) {
      text = text.replace(usual.getKey(), usual.getValue().toString());
    }
    return text;
  }

  private static String told(ScriptedMilter milter) {
    if (milter.connections().isEmpty()) {
      return "none";
    }
    assertThat(milter.awaitFinished(AMPLE)).isTrue();
    return Letters.of(milter.connection()).replace(" ", "").substring("O".length());
  }
}
