package org.miltergate.milter.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.miltergate.milter.chain.SmtpSide.AMPLE;
import static org.miltergate.milter.chain.SmtpSide.FINE;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.milter.body.BodyStore;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.Sender;
import org.miltergate.milter.mail.StandardReplies;
import org.miltergate.milter.session.FailurePolicy;
import org.miltergate.milter.session.Letters;
import org.miltergate.milter.session.Macros;
import org.miltergate.milter.session.MilterClient;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.test.ScriptedMilterBuilder;
import org.miltergate.milter.test.Sockets;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.ProtocolSteps.Step;
import org.miltergate.net.Dialer;

/** How milters act together, and what an SMTP session may do at any point. */
@ParameterizedClass(name = "pipelining {0}")
@EnumSource(Pipelining.class)
class ChainDialogueTest {
  @Parameter Pipelining pipelining;

  private static final String BUSY = "451 4.7.1 Service unavailable - try again later";

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "CONNECT, C H M M",
    "HELO, H M M",
    "MAIL, M M",
    "RCPT, R R R R",
    "DATA, T T",
  })
  void firstRefusalInConfiguredOrderWinsEvenIfItArrivesLast(String stage, String refused)
      throws Exception {
    try (ScriptedMilter m1 =
            ScriptedMilter.builder().on(stage, "PAUSE 50ms", "REPLYCODE 550 5.7.1 one").start();
        ScriptedMilter m2 = ScriptedMilter.builder().on(stage, "REPLYCODE 450 4.7.1 two").start();
        SmtpSide smtp =
            new SmtpSide(
                PreData.TOGETHER, pipelining.client("m1", m1), pipelining.client("m2", m2))) {
      assertThat(smtp.run("C H M R R T E M R R T E")).isEqualTo(refused + " 550 5.7.1 one (m1)");
      assertThat(smtp.failures).isEmpty();
    }
  }

  @Test
  void readsAllAnswersOfAStageBeforeTheNext() throws Exception {
    ScriptedMilterBuilder slow = ScriptedMilter.builder();
    for (String stage : List.of("CONNECT", "HELO", "MAIL", "RCPT", "DATA")) {
      slow.on(stage, "PAUSE 20ms", "CONTINUE");
    }
    try (ScriptedMilter m1 = ScriptedMilter.builder().on("RCPT <b1@y.test>", "REJECT").start();
        ScriptedMilter m2 = slow.start()) {
      try (SmtpSide smtp =
          new SmtpSide(
              PreData.TOGETHER, pipelining.client("m1", m1), pipelining.client("m2", m2))) {
        assertThat(smtp.run("C H M R R T E")).isEqualTo("R 550 5.7.1 Command rejected (m1)");
        assertThat(smtp.envelope()).isEqualTo("<a@x.test> -> <b2@y.test>");
        assertThat(smtp.failures).isEmpty();
      }

      assertThat(m1.awaitFinished(AMPLE) && m2.awaitFinished(AMPLE)).isTrue();
      assertThat(Letters.of(m1.connection())).isEqualTo("O C H M R R T L N B E A Q");
      assertThat(m2.connection().commands()).isEqualTo(m1.connection().commands());
    }
  }

  @Test
  void inTurnTheNextMilterDoesNotSeeARefusedRecipient() throws Exception {
    try (ScriptedMilter m1 = ScriptedMilter.builder().on("RCPT <b1@y.test>", "REJECT").start();
        ScriptedMilter m2 = ScriptedMilter.builder().start()) {
      try (SmtpSide smtp =
          new SmtpSide(PreData.SERIAL, pipelining.client("m1", m1), pipelining.client("m2", m2))) {
        assertThat(smtp.run("C H M R R T E")).isEqualTo("R 550 5.7.1 Command rejected (m1)");
      }

      assertThat(m2.awaitFinished(AMPLE)).isTrue();
      assertThat(m2.connection().commands(Command.Rcpt.class))
          .extracting(Command.Rcpt::recipient)
          .containsExactly(Bytes.ofLatin1("<b2@y.test>"));
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      value = {
        "m1 discards, m2 refuses;  MAIL; DISCARD; MAIL; REJECT;  E discarded (m1)",
        "m1 refuses, m2 discards;  MAIL; REJECT;  MAIL; DISCARD; M 550 5.7.1 Command rejected (m1)",
        "m1 accepts, m2 refuses;   MAIL; ACCEPT;  EOM;  REJECT;  E 550 5.7.1 Command rejected (m2)",
        "m1 discards before m2;    EOM;  DISCARD; EOM;  REJECT;  E discarded (m1)",
        "m1 discards, m2 too;      DATA; DISCARD; DATA; DISCARD; E discarded (m1)",
      })
  void firstThatDecidesDecides(
      String what, String at1, String verdict1, String at2, String verdict2, String heard)
      throws Exception {
    try (ScriptedMilter m1 = ScriptedMilter.builder().on(at1, verdict1).start();
        ScriptedMilter m2 = ScriptedMilter.builder().on(at2, verdict2).start();
        SmtpSide smtp =
            new SmtpSide(
                PreData.TOGETHER, pipelining.client("m1", m1), pipelining.client("m2", m2))) {
      assertThat(smtp.run("C H M R R T E")).isEqualTo(heard);
    }
  }

  @Test
  void discardHoldsForTheMessageEvenIfAnotherMilterRefusedThatRecipient() throws Exception {
    try (ScriptedMilter m1 = ScriptedMilter.builder().on("RCPT <b1@y.test>", "REJECT").start();
        ScriptedMilter m2 = ScriptedMilter.builder().on("RCPT <b1@y.test>", "DISCARD").start();
        SmtpSide smtp =
            new SmtpSide(
                PreData.TOGETHER, pipelining.client("m1", m1), pipelining.client("m2", m2))) {
      assertThat(smtp.run("C H M R R T E"))
          .isEqualTo("R 550 5.7.1 Command rejected (m1); E discarded (m2)");
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "C H A M A M R A M R T A A,     C H M A M R A M R T A Q",
    "C H M R H M R T E,             C H M R A H M R T L N B E A Q",
    "C H M M R T E,                 C H M A M R T L N B E A Q",
    "C M R T E,                     C M R T L N B E A Q",
    "C U H U M U R U T E U,         C U H U M U R U T L N B E A U Q",
    "C H M,                         C H M A Q",
    "C H M R T,                     C H M R T A Q",
    "C,                             C Q",
    "C H H H,                       C H H H Q",
    "C H M R T U E,                 C H M R T L N B E A Q",
  })
  void tellsOfRsetHeloAndDisconnectAtAnyPoint(String steps, String told) throws Exception {
    for (PreData preData : PreData.values()) {
      try (ScriptedMilter milter = ScriptedMilter.builder().start()) {
        try (SmtpSide smtp = new SmtpSide(preData, pipelining.client("m", milter))) {
          assertThat(smtp.run(steps)).isEqualTo(FINE);
        }

        assertThat(milter.awaitFinished(AMPLE)).isTrue();
        assertThat(Letters.of(milter.connection())).isEqualTo("O " + told);
      }
    }
  }

  @Test
  void refusedDataStaysRefusedUntilTheNextMessage() throws Exception {
    try (ScriptedMilter milter =
            ScriptedMilter.script(
                "...\n> DATA\n< REPLYCODE 554 5.7.1 no\n> ABORT\n> MAIL\n< CONTINUE\n...");
        SmtpSide smtp = new SmtpSide(PreData.TOGETHER, pipelining.client("m", milter))) {
      assertThat(smtp.run("C H M R T T R")).isEqualTo("T T R 554 5.7.1 no (m)");
      assertThat(smtp.run("A M R T E")).isEqualTo(FINE);
    }
  }

  @Test
  void refusedUnknownCommandConcernsThatCommandAlone() throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.builder().on("UNKNOWN", "TEMPFAIL").start();
        SmtpSide smtp = new SmtpSide(PreData.TOGETHER, pipelining.client("m", milter))) {
      assertThat(smtp.run("C H U M U R T E")).isEqualTo("U U " + BUSY + " (m)");
    }
    try (ScriptedMilter milter =
            ScriptedMilter.builder().on("UNKNOWN", "REPLYCODE 421 4.7.0 bye").start();
        SmtpSide smtp = new SmtpSide(PreData.TOGETHER, pipelining.client("m", milter))) {
      assertThat(smtp.run("C H U M")).isEqualTo("U 421 4.7.0 bye (m)");
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    // what it says of a refused recipient is not heeded, unless it concerns the message: then it
    // is sent nothing more of that, which it would leave unanswered
    "REJECT,   C H M R R T L N B E A Q, -",
    "TEMPFAIL, C H M R R T L N B E A Q, -",
    "CONTINUE, C H M R R T L N B E A Q, -",
    "SKIP,     C H M R T L N B E A Q,   -",
    "ACCEPT,   C H M R A Q,             -",
    "DISCARD,  C H M R A Q,             E discarded (m)",
    "SHUTDOWN, C H M R A Q,             R 421 4.7.0 Server closing connection (m)",
    "CLOSE,    C H M R,              R 451 4.7.1 Service unavailable - try again later (m failed)",
  })
  void showsRefusedRecipientsToAMilterThatWantsThem(String answer, String told, String heard)
      throws Exception {
    try (ScriptedMilter wanting =
            ScriptedMilter.builder()
                .steps(Step.REJECTED_RECIPIENTS, Step.SKIP)
                .on("RCPT <nobody@y.test>", answer)
                .start();
        ScriptedMilter other = ScriptedMilter.builder().start()) {
      try (SmtpSide smtp =
          new SmtpSide(
              PreData.TOGETHER, pipelining.client("m", wanting), pipelining.client("o", other))) {
        smtp.macros.set("{rcpt_mailer}", "error");
        smtp.macros.set("{rcpt_host}", "5.1.1");
        assertThat(smtp.run("C H M X R T E")).isEqualTo(heard);
      }

      assertThat(wanting.awaitFinished(AMPLE) && other.awaitFinished(AMPLE)).isTrue();
      assertThat(Letters.of(wanting.connection())).isEqualTo("O " + told);
      assertThat(wanting.connection().received(Command.Rcpt.class).getFirst().macros())
          .containsEntry("{rcpt_mailer}", "error")
          .containsEntry("{rcpt_host}", "5.1.1");
      assertThat(other.connection().commands(Command.Rcpt.class)).hasSizeLessThanOrEqualTo(1);
    }
  }

  @Test
  void quarantineLetsTheChainGoOnAndKeepsAllReasons() throws Exception {
    String held = "held: one (m1); E held: again (m1); E held: two (m2)";
    try (ScriptedMilter m1 =
            ScriptedMilter.builder()
                .on("EOM", "QUARANTINE one", "QUARANTINE again", "ACCEPT")
                .start();
        ScriptedMilter m2 =
            ScriptedMilter.builder().on("EOM", "QUARANTINE two", "CONTINUE").start();
        SmtpSide smtp =
            new SmtpSide(
                PreData.TOGETHER, pipelining.client("m1", m1), pipelining.client("m2", m2))) {
      assertThat(smtp.run("C H M R T E")).isEqualTo("E " + held);
    }
  }

  @ParameterizedTest
  @CsvSource({"m2, QUARANTINE one, ACCEPT, REJECT", "m1, QUARANTINE one, REJECT, ACCEPT"})
  void refusalWinsOverQuarantine(String who, String edit, String verdict1, String verdict2)
      throws Exception {
    try (ScriptedMilter m1 = ScriptedMilter.builder().on("EOM", edit, verdict1).start();
        ScriptedMilter m2 = ScriptedMilter.builder().on("EOM", verdict2).start();
        SmtpSide smtp =
            new SmtpSide(
                PreData.TOGETHER, pipelining.client("m1", m1), pipelining.client("m2", m2))) {
      assertThat(smtp.run("C H M R T E")).isEqualTo("E 550 5.7.1 Command rejected (" + who + ")");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "CONNECT, C H M",
    "HELO, H M",
    "MAIL, M",
    "RCPT, R",
    "DATA, T",
    "HEADER, E",
    "EOH, E",
    "BODY, E",
  })
  void quarantineBeforeTheEndBreaksTheProtocol(String stage, String refused) throws Exception {
    try (ScriptedMilter milter =
            ScriptedMilter.builder().on(stage, "QUARANTINE why", "CONTINUE").start();
        SmtpSide smtp = new SmtpSide(PreData.TOGETHER, pipelining.client("m", milter))) {
      assertThat(smtp.run("C H M R T E")).isEqualTo(refused + " " + BUSY + " (m failed)");
      assertThat(smtp.failures).singleElement().asString().contains("Quarantine is not legal");
    }
  }

  @Test
  void mendedAndMalformedReplyTextsAreTold() throws Exception {
    try (ScriptedMilter milter =
            ScriptedMilter.builder()
                .on("RCPT <b1@y.test>", "REPLYCODE 550 x\\r\\n250 ok")
                .on("RCPT <b2@y.test>", "REPLYCODE 550 4.7.1 x")
                .start();
        SmtpSide smtp = new SmtpSide(PreData.TOGETHER, pipelining.client("m", milter))) {
      assertThat(smtp.run("C H M R R R T E"))
          .isEqualTo("R 550 5.7.1 Command rejected (m); R 550 x (m)");
      assertThat(smtp.warnings).hasSize(2);
      assertThat(smtp.warnings.get(0)).startsWith("m reply text cannot be passed on: ");
      assertThat(smtp.warnings.get(1)).startsWith("m reply text was mended: ");
    }
  }

  @Test
  void dialsAllMiltersAtOnce() throws Exception {
    Dialer hanging =
        (address, limit) -> {
          LockSupport.parkNanos(limit.toNanos());
          throw new IOException("no connection");
        };
    MilterClient[] milters = new MilterClient[5];
    for (int i = 0; i < milters.length; i++) {
      milters[i] =
          MilterClient.builder("m" + i, Sockets.nobody())
              .dialer(hanging)
              .connectTimeout(Duration.ofMillis(500))
              .onFailure(FailurePolicy.ACCEPT)
              .build();
    }
    long began = System.nanoTime();
    try (SmtpSide smtp = new SmtpSide(PreData.TOGETHER, milters)) {
      assertThat(smtp.run("C")).isEqualTo(FINE);
      assertThat(smtp.failures).hasSize(5);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
  }

  @Test
  void tooLongForAPacketIsNoFailureOfTheMilterThatCannotBeTold() throws Exception {
    try (ScriptedMilter m1 = ScriptedMilter.builder().steps(Step.NO_UNKNOWN).start();
        ScriptedMilter m2 = ScriptedMilter.builder().start();
        ChainDialogue chain = chain(pipelining.client("m1", m1), pipelining.client("m2", m2))) {
      chain.connect(Bytes.ofLatin1("client.test"), Letters.CLIENT);

      Verdict verdict = chain.unknown(Bytes.ofLatin1("x".repeat(70_000)));

      assertThat(verdict)
          .isEqualTo(
              new Verdict.Refuse(
                  StandardReplies.LOCAL_FAILURE, new Source("m2", Source.Cause.LOCAL_FAILURE)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"M R T E", "H M R T E", "A U H M R T E", "U M A M R T E"})
  void milterThatClosesBetweenTwoMessagesIsToldTheNextOnANewConnection(String next)
      throws Exception {
    try (ScriptedMilter milter =
            ScriptedMilter.builder().scripts("...\n> EOM\n< CONTINUE\n< CLOSE\n", "...\n").start();
        SmtpSide smtp = new SmtpSide(PreData.TOGETHER, pipelining.client("m", milter))) {
      assertThat(smtp.run("C H M R T E")).isEqualTo(FINE);
      while (!milter.connections().getFirst().isOver()) {
        Thread.onSpinWait();
      }

      assertThat(smtp.run(next)).isEqualTo(FINE);
      assertThat(smtp.failures).isEmpty();
      assertThat(smtp.passed()).isEqualTo(2);
      smtp.close();

      milter.assertScriptFinished();
      assertThat(Letters.of(milter.connections().getLast())).startsWith("O C H ").contains("E");
    }
  }

  @Test
  void withoutMiltersAllPasses() throws Exception {
    try (SmtpSide smtp = new SmtpSide(PreData.TOGETHER)) {
      assertThat(smtp.run("C H U M X R T E A M")).isEqualTo(FINE);
    }
  }

  @Test
  void letsNoMailPassThatMiltersDoNotSee() throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.builder().start();
        ChainDialogue chain = chain(pipelining.client("m", milter))) {
      Sender sender = new Sender(Bytes.ofLatin1("<>"), List.of());
      Recipient recipient = new Recipient(Bytes.ofLatin1("<b@y.test>"), List.of());

      assertThatThrownBy(() -> chain.mail(sender)).isInstanceOf(IllegalStateException.class);
      chain.connect(Bytes.ofLatin1("client.test"), Letters.CLIENT);
      assertThatThrownBy(() -> chain.connect(Bytes.EMPTY, Letters.CLIENT))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> chain.rcpt(recipient)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(chain::data).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> chain.content(SmtpSide.message("", "")))
          .isInstanceOf(IllegalStateException.class);
      chain.close();
      assertThatThrownBy(() -> chain.mail(sender)).isInstanceOf(IllegalStateException.class);
      chain.abort();
      chain.close();
    }
  }

  private static ChainDialogue chain(MilterClient... milters) {
    MilterChain.Builder builder = MilterChain.builder(new BodyStore(Path.of("."), 1 << 20));
    for (MilterClient milter : milters) {
      builder.add(milter);
    }
    return builder.build().openDialogue(new Macros());
  }
}
