package org.miltergate.milter.test.mta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.test.ScriptedMilterBuilder;
import org.miltergate.milter.wire.ProtocolSteps.Step;

class MtaDriverTest {
  private static final TestMail MAIL =
      TestMail.builder().header("Subject", "hello").header("X-A", "1").body("one\ntwo\n").build();

  private static ScriptedMilterBuilder milter() {
    return ScriptedMilter.builder();
  }

  private static MtaDriver driver(ScriptedMilter milter) {
    return MtaDriver.at(milter.address());
  }

  @Test
  void aMessageThatPassesHasTheMiltersEdits() throws IOException {
    try (ScriptedMilter milter =
        milter()
            .on(
                "EOM",
                "INSHEADER 0 X-Top|1",
                "CHGHEADER 1 Subject|changed",
                "ADDHEADER X-End|2",
                "REPLBODY three\\n",
                "ADDRCPT <c@example.com>",
                "CHGFROM <d@example.com>",
                "QUARANTINE looks odd",
                "ACCEPT")
            .start()) {
      MessageResult result = driver(milter).send(MAIL);

      assertThat(result.verdict()).isEqualTo(Verdict.ACCEPT);
      assertThat(result.stage()).isEqualTo(Stage.EOM);
      assertThat(result.editTexts())
          .containsExactly(
              "INSHEADER 0 X-Top|1",
              "CHGHEADER 1 Subject|changed",
              "ADDHEADER X-End|2",
              "REPLBODY three\\n",
              "ADDRCPT <c@example.com>",
              "CHGFROM <d@example.com>",
              "QUARANTINE looks odd");
      assertThat(result.messageBytes().toString())
          .isEqualTo("X-Top: 1\r\nSubject: changed\r\nX-A: 1\r\nX-End: 2\r\n\r\nthree\r\n");
      assertThat(result.originalBytes()).isEqualTo(MAIL.content());
      assertThat(result.quarantine()).containsExactly("looks odd");
      assertThat(result.message().envelope().sender().path().toString())
          .isEqualTo("<d@example.com>");
      assertThat(result.message().envelope().recipients()).hasSize(2);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          CONNECT; REJECT;                     REJECT;   550 5.7.1 Command rejected
          HELO;    TEMPFAIL;                   TEMPFAIL; 451 4.7.1 Service unavailable - try again later
          MAIL;    REPLYCODE 550 5.7.1 no;     REJECT;   550 5.7.1 no
          RCPT;    REPLYCODE 450 4.2.1 later;  TEMPFAIL; 450 4.2.1 later
          DATA;    DISCARD;                    DISCARD;
          HEADER;  ACCEPT;                     ACCEPT;
          EOH;     SHUTDOWN;                   TEMPFAIL; 421 4.7.0 Service unavailable
          BODY;    REPLYCODE 554-5.7.1 a\\r\\n554 5.7.1 b; REJECT; 554 5.7.1 a / 5.7.1 b
          EOM;     REJECT;                     REJECT;   550 5.7.1 Command rejected
          """)
  void theVerdictIsThatOfTheStageThatGaveIt(
      Stage stage, String reply, Verdict verdict, String heard) throws IOException {
    String command = stage.toString();
    try (ScriptedMilter milter = milter().on(command, reply).start()) {
      MessageResult result = driver(milter).send(MAIL);

      assertThat(result.verdict()).isEqualTo(verdict);
      assertThat(result.stage()).isEqualTo(stage);
      assertThat(result.reply().map(SmtpReply::toString).orElse(null)).isEqualTo(heard);
      assertThat(result.messageBytes()).isEqualTo(MAIL.content());
    }
  }

  @Test
  void aRefusedRecipientConcernsOnlyItself() throws IOException {
    try (ScriptedMilter milter = milter().on("RCPT <no@example.com>", "REJECT").start()) {
      MessageResult result = driver(milter).send(MAIL.to("<no@example.com>", "<yes@example.com>"));

      assertThat(result.verdict()).isEqualTo(Verdict.ACCEPT);
      assertThat(result.refusedRecipients())
          .extracting(r -> r.path().toString())
          .containsExactly("<no@example.com>");
      assertThat(result.message().envelope().recipients())
          .extracting(r -> r.path().toString())
          .containsExactly("<yes@example.com>");
    }
  }

  @Test
  void aSecondMessageOnOneConnectionIsTold() throws IOException {
    try (ScriptedMilter milter = milter().on("MAIL <bad@example.org>", "REJECT").start();
        MtaSession session = driver(milter).open(TestClient.DEFAULT)) {
      MessageResult first = session.send(MAIL.from("<bad@example.org>"));
      MessageResult second = session.send(MAIL);

      assertThat(first.verdict()).isEqualTo(Verdict.REJECT);
      assertThat(second.verdict()).isEqualTo(Verdict.ACCEPT);
      assertThat(milter.connections()).hasSize(1);
    }
  }

  @Test
  void aRefusedClientIsRefusedWithEveryMessage() throws IOException {
    try (ScriptedMilter milter = milter().on("CONNECT", "REPLYCODE 554 5.7.1 go away").start();
        MtaSession session = driver(milter).open(TestClient.DEFAULT)) {
      session.send(MAIL);
      MessageResult second = session.send(MAIL);

      assertThat(second.stage()).isEqualTo(Stage.CONNECT);
      assertThat(second.reply()).hasToString("Optional[554 5.7.1 go away]");
    }
  }

  @Test
  void whatWasDeclinedIsNotSentAndWhatIsUnansweredNotWaitedFor() throws IOException {
    try (ScriptedMilter milter =
        milter().steps(Step.NO_HELO, Step.NO_HEADERS, Step.NO_REPLY_MAIL).start()) {
      MessageResult result = driver(milter).send(MAIL);

      assertThat(result.answers())
          .extracting(StageAnswer::stage, StageAnswer::handling)
          .contains(
              tuple(Stage.HELO, StageAnswer.Handling.DECLINED),
              tuple(Stage.HEADER, StageAnswer.Handling.DECLINED),
              tuple(Stage.MAIL, StageAnswer.Handling.UNANSWERED));
      assertThat(result.transcript()).doesNotContain("C: HELO").contains("C: MAIL");
    }
  }

  @Test
  void aSkippedBodyEndsAtTheEndOfTheMessage() throws IOException {
    try (ScriptedMilter milter = milter().steps(Step.SKIP).on("BODY", "SKIP").start()) {
      MtaDriver driver = MtaDriver.builder(milter.address()).chunkBytes(2).build();

      MessageResult result = driver.send(MAIL);

      assertThat(result.verdict()).isEqualTo(Verdict.ACCEPT);
      assertThat(result.transcript()).containsOnlyOnce("C: BODY");
    }
  }

  @Test
  void progressIsCounted() throws IOException {
    try (ScriptedMilter milter = milter().on("EOM", "PROGRESS", "PROGRESS", "ACCEPT").start()) {
      assertThat(driver(milter).send(MAIL).answers().getLast().progress()).isEqualTo(2);
    }
  }

  @Test
  void fieldsKeepTheirBlanksIfThatWasAgreed() throws IOException {
    try (ScriptedMilter milter =
        milter().steps(Step.LEADING_SPACE).on("EOM", "ADDHEADER X-B|2", "ACCEPT").start()) {
      MessageResult result = driver(milter).send(MAIL);

      assertThat(result.transcript()).contains("HEADER Subject| hello");
      assertThat(result.messageBytes().toString()).contains("\r\nX-B:2\r\n");
    }
  }

  @Test
  void aBodyIsSentInPiecesOfTheAgreedSize() throws IOException {
    TestMail large = TestMail.builder().header("Subject", "x").body("x".repeat(70_000)).build();
    try (ScriptedMilter milter = milter().start()) {
      MessageResult result = driver(milter).send(large);

      assertThat(result.answers()).filteredOn(a -> a.stage() == Stage.BODY).hasSize(2);
      assertThat(result.messageBytes()).isEqualTo(large.content());
    }
  }

  @Test
  void sessionsAtOnceDoNotDisturbEachOther() throws IOException {
    try (ScriptedMilter milter = milter().on("MAIL <bad@example.org>", "REJECT").start();
        MtaSession one = driver(milter).open();
        MtaSession other = driver(milter).open()) {
      one.connect(TestClient.DEFAULT);
      other.connect(TestClient.DEFAULT);

      assertThat(one.mail("<bad@example.org>").verdict()).isEqualTo(Verdict.REJECT);
      assertThat(other.mail("<good@example.org>").verdict()).isEqualTo(Verdict.ACCEPT);
    }
  }

  @Test
  void whatHappensAtEachStageIsInTheTranscript() throws IOException {
    try (ScriptedMilter milter = milter().steps().on("RCPT", "ACCEPT").start()) {
      String said = driver(milter).as(Dialect.SENDMAIL).send(MAIL).transcript();

      assertThat(List.of(said.split("\n")))
          .containsSubsequence(
              "C: MACRO CONNECT j=mx.example.com _=client.example.org\\x20[192.0.2.1]"
                  + " {daemon_name}=MTA {if_name}=mx.example.com",
              "C: CONNECT client.example.org inet 192.0.2.1 port=40025",
              "S: CONTINUE",
              "C: MACRO HELO",
              "C: HELO client.example.org",
              "S: CONTINUE",
              "C: MAIL <sender@example.org>",
              "S: CONTINUE",
              "C: RCPT <recipient@example.com>",
              "S: ACCEPT");
    }
  }
}
