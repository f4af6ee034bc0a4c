package org.miltergate.milter.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.miltergate.milter.chain.SmtpSide.FINE;
import static org.miltergate.milter.chain.SmtpSide.message;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.miltergate.milter.body.BodyStore;
import org.miltergate.milter.session.FailurePolicy;
import org.miltergate.milter.session.MilterClient;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.test.ScriptedMilterBuilder;
import org.miltergate.milter.wire.Actions.Action;
import org.miltergate.milter.wire.ProtocolSteps.Step;

/** What milters change, and what the next one and the next hop see of it. */
@ParameterizedClass(name = "pipelining {0}")
@EnumSource(Pipelining.class)
class EditsTest {
  @Parameter Pipelining pipelining;

  private static final String RECEIVED = "Received: by mx.test\r\n";
  private static final String USUAL = "Subject: hello\r\n\r\nbody\r\n";

  private String after(String... edits) throws IOException {
    return after(builder -> builder, settings -> settings, edits);
  }

  private String after(
      UnaryOperator<ScriptedMilterBuilder> milters,
      UnaryOperator<MilterClient.Builder> settings,
      String... edits)
      throws IOException {
    try (ScriptedMilter milter = milters.apply(ScriptedMilter.builder()).on("EOM", edits).start();
        SmtpSide smtp =
            new SmtpSide(PreData.TOGETHER, pipelining.client("m", milter.address(), settings))) {
      assertThat(smtp.run("C H M R T E")).isEqualTo(FINE);
      return smtp.text();
    }
  }

  @Test
  void putsHeaderFieldsWherePostfixPutsThem() throws Exception {
    assertThat(after("ADDHEADER A|1", "ADDHEADER A|2", "CONTINUE"))
        .isEqualTo(RECEIVED + "Subject: hello\r\nA: 1\r\nA: 2\r\n\r\nbody\r\n");
    assertThat(after("INSHEADER 0 A|1", "INSHEADER 1 B|2", "ACCEPT"))
        .isEqualTo("A: 1\r\nB: 2\r\n" + RECEIVED + USUAL);
    assertThat(after("INSHEADER 1 A|1", "ACCEPT")).isEqualTo(RECEIVED + "A: 1\r\n" + USUAL);
    assertThat(after("INSHEADER 4294967295 A|1", "SKIP"))
        .isEqualTo(RECEIVED + "Subject: hello\r\nA: 1\r\n\r\nbody\r\n");
    assertThat(after("CHGHEADER 0 SUBJECT|new", "ACCEPT"))
        .isEqualTo(RECEIVED + "SUBJECT: new\r\n\r\nbody\r\n");
    assertThat(after("CHGHEADER 1 subject|", "ACCEPT")).isEqualTo(RECEIVED + "\r\nbody\r\n");
    assertThat(after("CHGHEADER 1 Received|x", "CHGHEADER 2 Subject|", "ACCEPT"))
        .isEqualTo(RECEIVED + "Subject: hello\r\nReceived: x\r\n\r\nbody\r\n");
    assertThat(after("ADDHEADER A|", "ADDHEADER B|a\\r\\nb\\n c\\n\\n", "ACCEPT"))
        .isEqualTo(RECEIVED + "Subject: hello\r\nA: \r\nB: a\r\n\tb\r\n c\r\n\r\nbody\r\n");
  }

  @Test
  void writesValuesAsTheyAreFromAMilterWithLeadingSpace() throws Exception {
    UnaryOperator<ScriptedMilterBuilder> leading =
        builder -> builder.actions(Action.values()).steps(Step.LEADING_SPACE);

    assertThat(
            after(
                leading,
                c -> c,
                "ADDHEADER A|1",
                "INSHEADER 1 B| 2",
                "CHGHEADER 1 Subject|3",
                "ACCEPT"))
        .isEqualTo(RECEIVED + "B: 2\r\nSubject:3\r\nA:1\r\n\r\nbody\r\n");
  }

  @Test
  void replacesTheBodyWhateverComesBetweenItsPieces() throws Exception {
    assertThat(
            after(
                "REPLBODY one\\r",
                "PROGRESS",
                "REPLBODY \\ntwo\\n",
                "ADDHEADER A|1",
                "REPLBODY .three",
                "ACCEPT"))
        .isEqualTo(RECEIVED + "Subject: hello\r\nA: 1\r\n\r\none\r\ntwo\r\n.three\r\n");
    assertThat(after("REPLBODY ", "ACCEPT")).isEqualTo(RECEIVED + "Subject: hello\r\n\r\n");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      value = {
        "ADDRCPT c@z.test;                      <a@x.test> -> <b1@y.test> <c@z.test>",
        "ADDRCPT <b1@Y.test>;                   <a@x.test> -> <b1@y.test>",
        "ADDRCPT <c@z.test> <d@z.test>;         <a@x.test> -> <b1@y.test>",
        "ADDRCPT <>;                            <a@x.test> -> <b1@y.test>",
        "ADDRCPT_PAR <c@z.test> NOTIFY=NEVER X=1; <a@x.test> -> <b1@y.test> <c@z.test>"
            + " NOTIFY=NEVER",
        "ADDRCPT_PAR <c@z.test>;                <a@x.test> -> <b1@y.test> <c@z.test>",
        "DELRCPT b1@Y.TEST;                     <a@x.test> ->",
        "DELRCPT <B1@y.test>;                   <a@x.test> -> <b1@y.test>",
        "CHGFROM <n@z.test> RET=HDRS SIZE=9;    <n@z.test> RET=HDRS -> <b1@y.test>",
        "CHGFROM n@z.test;                      <n@z.test> -> <b1@y.test>",
        "CHGFROM <>;                            <> -> <b1@y.test>",
        "BYTES 000000026500;                    <a@x.test> -> <b1@y.test>",
        "BYTES 000000022b00;                    <a@x.test> -> <b1@y.test>",
      })
  void changesTheEnvelope(String edit, String envelope) throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.builder().on("EOM", edit, "ACCEPT").start();
        SmtpSide smtp = new SmtpSide(PreData.TOGETHER, pipelining.client("m", milter))) {
      assertThat(smtp.run("C H M R T E")).isEqualTo(FINE);
      assertThat(smtp.envelope()).isEqualTo(envelope);
    }
  }

  @Test
  void leavesOutWhatMakesNoSenseAndSaysSo() throws Exception {
    String[] edits = {
      "ADDHEADER |1",
      "INSHEADER 0 a:b|1",
      "CHGHEADER 1 a\\nb|1",
      "ADDRCPT <c@z> <d@z>",
      "CHGFROM <c@z> SIZE=\\n9",
      "BYTES 000000026500",
      "ACCEPT"
    };
    try (ScriptedMilter milter = ScriptedMilter.builder().on("EOM", edits).start();
        SmtpSide smtp = new SmtpSide(PreData.TOGETHER, pipelining.client("m", milter))) {
      assertThat(smtp.run("C H M R T E")).isEqualTo(FINE);
      assertThat(smtp.text()).isEqualTo(RECEIVED + USUAL);
      assertThat(smtp.warnings).hasSize(6).noneMatch(text -> text.contains("\n"));
    }
  }

  @Test
  void nextMilterSeesTheMessageAsTheOneBeforeLeftIt() throws Exception {
    String[] edits = {
      "INSHEADER 0 Above|1", "INSHEADER 2 Below|2", "CHGHEADER 1 Subject|new", "ADDHEADER Last|3",
      "REPLBODY other\\n", "ADDRCPT <c@z.test>", "CHGFROM <n@z.test>", "ACCEPT"
    };
    try (ScriptedMilter m1 = ScriptedMilter.builder().on("EOM", edits).start();
        ScriptedMilter m2 =
            ScriptedMilter.script(
                """
                > CONNECT
                < CONTINUE
                > HELO
                < CONTINUE
                > MAIL <a@x.test>
                < CONTINUE
                > RCPT <b1@y.test>
                < CONTINUE
                > DATA
                < CONTINUE
                > HEADER Above|1
                < CONTINUE
                > HEADER Below|2
                < CONTINUE
                > HEADER Subject|new
                < CONTINUE
                > HEADER Last|3
                < CONTINUE
                > EOH
                < CONTINUE
                > BODY other\\r\\n
                < CONTINUE
                > EOM
                < CHGHEADER 1 Above|
                < INSHEADER 0 Top|4
                < INSHEADER 2 Under|5
                < DELRCPT c@z.test
                < ACCEPT
                """)) {
      try (SmtpSide smtp =
          new SmtpSide(
              PreData.TOGETHER, pipelining.client("m1", m1), pipelining.client("m2", m2))) {
        assertThat(smtp.run("C H M R T E")).isEqualTo(FINE);
        assertThat(smtp.text())
            .isEqualTo(
                "Top: 4\r\n"
                    + RECEIVED
                    + "Under: 5\r\nBelow: 2\r\nSubject: new\r\nLast: 3\r\n\r\nother\r\n");
        assertThat(smtp.envelope()).isEqualTo("<n@z.test> -> <b1@y.test>");
      }
      m2.assertScriptFinished();
    }
  }

  @ParameterizedTest
  @CsvSource({"REJECT", "TEMPFAIL", "DISCARD", "REPLYCODE 550 5.7.1 no"})
  void dropsAllEditsOfAMessageThatIsNotAccepted(String verdict) throws Exception {
    try (ScriptedMilter m1 =
            ScriptedMilter.builder().on("EOM", "REPLBODY x", "ADDHEADER A|1", "ACCEPT").start();
        ScriptedMilter m2 =
            ScriptedMilter.builder().on("EOM", "REPLBODY y", "ADDHEADER B|2", verdict).start();
        SmtpSide smtp =
            new SmtpSide(
                PreData.TOGETHER, pipelining.client("m1", m1), pipelining.client("m2", m2))) {
      assertThat(smtp.run("C H M R T E")).isNotEqualTo(FINE);
      assertThat(smtp.text()).isEqualTo(RECEIVED + USUAL);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ACCEPT", "QUARANTINE"})
  void keepsTheOldBodyIfTheNewOneIsCutOff(FailurePolicy policy) throws Exception {
    try (ScriptedMilter m1 =
            ScriptedMilter.builder()
                .on("EOM", "ADDHEADER A|1", "REPLBODY half", "HALF REPLBODY of it", "CLOSE")
                .start();
        ScriptedMilter m2 = ScriptedMilter.builder().on("EOM", "ADDHEADER B|2", "ACCEPT").start();
        SmtpSide smtp =
            new SmtpSide(
                PreData.TOGETHER,
                pipelining.client("m1", m1.address(), c -> c.onFailure(policy)),
                pipelining.client("m2", m2))) {
      smtp.run("C H M R T E");

      assertThat(smtp.text()).isEqualTo(RECEIVED + "Subject: hello\r\nB: 2\r\n\r\nbody\r\n");
    }
  }

  @Test
  void bodiesOfMiltersLiveInFilesUntilTheNextMessage(@TempDir Path directory) throws Exception {
    BodyStore files = new BodyStore(directory, 0);
    try (ScriptedMilter milter =
            ScriptedMilter.builder().on("EOM", "REPLBODY new\\n", "ACCEPT").start();
        SmtpSide smtp = new SmtpSide(PreData.TOGETHER, files, pipelining.client("m", milter))) {
      smtp.sending(message("Subject: hello\r\n", "body\r\n")).run("C H M R T E");
      assertThat(smtp.text()).isEqualTo(RECEIVED + "Subject: hello\r\n\r\nnew\r\n");
      assertThat(directory).isEmptyDirectory();

      smtp.run("A");
      assertThatThrownBy(smtp::text).isInstanceOf(IllegalStateException.class);
    }
  }
}
