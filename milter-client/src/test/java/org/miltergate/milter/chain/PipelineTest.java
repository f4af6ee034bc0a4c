package org.miltergate.milter.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.miltergate.milter.chain.SmtpSide.AMPLE;
import static org.miltergate.milter.chain.SmtpSide.FINE;
import static org.miltergate.milter.chain.SmtpSide.client;
import static org.miltergate.milter.chain.SmtpSide.message;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.milter.session.FailurePolicy;
import org.miltergate.milter.session.MilterClient;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.test.Sockets;
import org.miltergate.milter.wire.ProtocolSteps.Step;

/**
 * What is special about {@code pipeline: true}. That it changes no result is shown elsewhere: the
 * tests of this package run with it and without.
 */
class PipelineTest {

  private static MilterClient pipelined(ScriptedMilter milter) {
    return client("m", milter.address(), settings -> settings.pipeline(true));
  }

  private static SmtpSide smtp(MilterClient client) {
    return new SmtpSide(PreData.TOGETHER, client);
  }

  @Test
  void tellsTheWholeMessageBeforeTheFirstAnswer() throws Exception {
    try (ScriptedMilter milter =
            ScriptedMilter.script(
                """
                > OPTNEG
                < OPTNEG version=6
                > CONNECT
                < CONTINUE
                > HELO
                < CONTINUE
                > MAIL
                < CONTINUE
                > RCPT
                < CONTINUE
                > DATA
                < CONTINUE
                > HEADER
                > EOH
                > BODY
                > EOM
                < CONTINUE
                < CONTINUE
                < CONTINUE
                < ADDHEADER X-Seen|yes
                < CONTINUE
                > ABORT
                > QUIT
                """);
        SmtpSide smtp = smtp(pipelined(milter))) {
      assertThat(smtp.run("C H M R T E")).isEqualTo(FINE);
      assertThat(smtp.text()).contains("X-Seen: yes");
      smtp.close();

      milter.assertScriptFinished();
    }
  }

  @Test
  void letsNoMoreAnswersWaitThanFitInASocket() throws Exception {
    StringBuilder header = new StringBuilder();
    for (int i = 0; i < 5000; i++) {
      header.append("X-Field-").append(i).append(": ").append("v".repeat(100)).append("\r\n");
    }
    try (ScriptedMilter milter = ScriptedMilter.builder().start();
        SmtpSide smtp = smtp(pipelined(milter))) {
      smtp.sending(message(header.toString(), "b".repeat(3_000_000)));

      assertThat(smtp.run("C H M R T E M R T E")).isEqualTo(FINE);
      assertThat(milter.connections()).hasSize(1);
    }
  }

  @Test
  void milterThatIsSlowWithEachPieceIsNotTakenForOneThatHasStopped(@TempDir Path directory)
      throws Exception {
    ScriptedMilter milter =
        ScriptedMilter.builder()
            .listen(Sockets.unix(directory)) // whose buffer is smaller than the body
            .on("HEADER", "PAUSE 400ms", "CONTINUE")
            .start();
    MilterClient client =
        client(
            "m", milter.address(), set -> set.pipeline(true).contentTimeout(Duration.ofSeconds(1)));
    try (milter;
        SmtpSide smtp = smtp(client)) {
      smtp.sending(message("A: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n", "b".repeat(400_000)));

      assertThat(smtp.run("C H M R T E")).isEqualTo(FINE);
      assertThat(smtp.failures).isEmpty();
    }
  }

  @Test
  void tellsANewConnectionOfTheClientAndItsMacrosAgain() throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.builder().on("HEADER", "ACCEPT").start();
        SmtpSide smtp = smtp(pipelined(milter))) {
      smtp.macros.set("j", "mx.test");
      smtp.macros.set("i", "4fX");

      assertThat(smtp.run("C H M R T E H M R T E")).isEqualTo(FINE);
      smtp.close();

      assertThat(milter.awaitFinished(AMPLE)).isTrue();
      assertThat(milter.connections()).hasSize(2);
      assertThat(milter.transcript().split("MACRO CONNECT", -1)).hasSize(3);
      assertThat(milter.transcript().split("> CONNECT client.test", -1)).hasSize(3);
      assertThat(milter.transcript().split("> HELO client.test", -1)).hasSize(3);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "ACCEPT,   -",
    "REJECT,   M M 550 5.5.0 Service unavailable (m failed)",
    "TEMPFAIL, M M 451 4.7.1 Service unavailable - try again later (m failed)",
  })
  void milterThatIsGoneWhenTheNextMessageComesHasFailed(FailurePolicy policy, String heard)
      throws Exception {
    ScriptedMilter milter = ScriptedMilter.builder().on("HEADER", "ACCEPT").start();
    MilterClient client =
        client("m", milter.address(), set -> set.pipeline(true).onFailure(policy));
    try (milter;
        SmtpSide smtp = smtp(client)) {
      assertThat(smtp.run("C H M R T E")).isEqualTo(FINE);
      milter.close();

      assertThat(smtp.run("M R T E M R T E")).isEqualTo(heard);
      assertThat(smtp.failures).singleElement().asString().contains("cannot connect");
    }
  }

  @Test
  void verdictOnTheLastPacketLeavesTheConnectionOpen() throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.builder().on("EOM", "REJECT").start();
        SmtpSide smtp = smtp(pipelined(milter))) {
      smtp.run("C H M R T E M R T E");
      smtp.close();

      assertThat(milter.awaitFinished(AMPLE)).isTrue();
      assertThat(milter.connections()).hasSize(1);
    }
  }

  @Test
  void skipEndsWhatIsNotUnderWayYet() throws Exception {
    try (ScriptedMilter milter =
            ScriptedMilter.builder().steps(Step.SKIP).on("BODY", "SKIP").start();
        SmtpSide smtp = smtp(pipelined(milter))) {
      smtp.sending(message("Subject: x\r\n", "b".repeat(20_000_000)));

      assertThat(smtp.run("C H M R T E M R T E")).isEqualTo(FINE);
      smtp.close();

      assertThat(milter.awaitFinished(AMPLE)).isTrue();
      long bodies = milter.transcript().lines().filter(line -> line.contains("> BODY")).count();
      assertThat(bodies).isBetween(2L, 2L * 64);
      assertThat(smtp.warnings).isEmpty();
    }
  }
}
