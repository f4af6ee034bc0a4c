package org.miltergate.milter.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.miltergate.milter.chain.SmtpSide.AMPLE;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.miltergate.milter.session.FailurePolicy;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.ProtocolSteps.Step;

/** A milter that is not asked any more about a message lets it pass only if it said so. */
@Timeout(120)
@ParameterizedClass(name = "pipelining {0}")
@EnumSource(Pipelining.class)
class UnaskedMilterTest {
  @Parameter Pipelining pipelining;

  private static final String REJECTED = "550 5.7.1 Command rejected (m1)";

  @ParameterizedTest(name = "{0}: {1} and {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        // at             | m1       | m2                    | client hears
        "CONNECT          | REJECT   | SHUTDOWN              | C <550>; H <bye>",
        "HELO             | REJECT   | SHUTDOWN              | H <550>; U <bye>",
        "UNKNOWN          | REJECT   | SHUTDOWN              | U <550>; M <bye>",
        "MAIL             | REJECT   | SHUTDOWN              | M <550>; M <bye>",
        "MAIL             | DISCARD  | SHUTDOWN              | R <bye>",
        "RCPT <b1@y.test> | REJECT   | SHUTDOWN              | R <550>; R <bye>",
        "RCPT <b2@y.test> | REJECT   | SHUTDOWN              | R <550>; T <bye>",
        "RCPT <b2@y.test> | REJECT   | REPLYCODE 421 4.3.2 x | R <550>; T 421 4.3.2 x (m2)",
        "RCPT <b2@y.test> | REJECT   | CLOSE                 | R <550>; T M M <failed>",
        "RCPT <b2@y.test> | REJECT   | DISCARD               | R R <550>; E E discarded (m2)",
        "RCPT <b2@y.test> | DISCARD  | SHUTDOWN              | T <bye>",
        "DATA             | REJECT   | SHUTDOWN              | T <550>; M <bye>",
        "DATA             | DISCARD  | SHUTDOWN              | E <bye>",
      })
  void wordOfTheSecondMilterHoldsWhoeverRefusedTheStage(
      String at, String first, String second, String heard) throws Exception {
    try (ScriptedMilter m1 = ScriptedMilter.builder().on(at, first).start();
        ScriptedMilter m2 = ScriptedMilter.builder().on(at, second).start();
        SmtpSide smtp =
            new SmtpSide(
                PreData.TOGETHER, pipelining.client("m1", m1), pipelining.client("m2", m2))) {
      assertThat(smtp.run("C H U M R R T E M R R T E M"))
          .startsWith(
              heard
                  .replace("<550>", REJECTED)
                  .replace("<bye>", "421 4.7.0 Server closing connection (m2)")
                  .replace(
                      "<failed>", "451 4.7.1 Service unavailable - try again later (m2 failed)"));
      assertThat(smtp.passed()).isZero();
    }
  }

  private static final List<String> STAGES =
      List.of(
          "CONNECT",
          "HELO",
          "UNKNOWN",
          "MAIL",
          "RCPT <nobody@y.test>",
          "RCPT <b1@y.test>",
          "DATA",
          "HEADER",
          "EOH",
          "BODY",
          "EOM");

  private static final List<String> ANSWERS =
      List.of("CONTINUE", "ACCEPT", "REJECT", "DISCARD", "SHUTDOWN", "REPLYCODE 421 x", "CLOSE");

  /** Answers that concern less than the message there. */
  private static final Set<String> OF_ONE_COMMAND =
      Set.of("UNKNOWN", "RCPT <nobody@y.test>", "RCPT <b1@y.test>");

  private record Case(PreData preData, String at, String first, String second) {}

  @ParameterizedTest
  @EnumSource(PreData.class)
  void messagePassesOnlyIfEachMilterHasLetItPass(PreData preData) throws Exception {
    List<Callable<String>> runs = new ArrayList<>();
    for (String at : STAGES) {
      for (String first : ANSWERS) {
        for (String second : ANSWERS) {
          runs.add(() -> run(new Case(preData, at, first, second)));
        }
      }
    }
    List<String> wrong = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (Future<String> run : threads.invokeAll(runs)) {
        if (!run.get().isEmpty()) {
          wrong.add(run.get());
        }
      }
    }

    assertThat(runs).hasSize(11 * 7 * 7);
    assertThat(wrong).isEmpty();
  }

  /** Returns what is wrong, or nothing. */
  private String run(Case tried) throws Exception {
    try (ScriptedMilter m1 = milter(tried.at(), tried.first());
        ScriptedMilter m2 = milter(tried.at(), tried.second())) {
      String heard;
      boolean passed;
      List<String> unheard;
      try (SmtpSide smtp =
          new SmtpSide(
              tried.preData(),
              pipelining.client("m1", m1.address(), c -> c.onFailure(FailurePolicy.ACCEPT)),
              pipelining.client("m2", m2.address(), c -> c.onFailure(FailurePolicy.ACCEPT)))) {
        heard = smtp.run("C H U M X R R T E");
        passed = smtp.passed() > 0;
        unheard = List.copyOf(smtp.unheard);
      }
      boolean right =
          passed
              ? hasLetPass(m1, tried.at(), tried.first(), unheard.contains("m1"))
                  && hasLetPass(m2, tried.at(), tried.second(), unheard.contains("m2"))
              : objects(tried.first()) || objects(tried.second());
      return right ? "" : tried + " " + heard + (passed ? " passed" : "");
    }
  }

  private static ScriptedMilter milter(String at, String answer) {
    return ScriptedMilter.builder().steps(Step.REJECTED_RECIPIENTS).on(at, answer).start();
  }

  private static boolean hasLetPass(
      ScriptedMilter milter, String at, String answer, boolean unheard) throws Exception {
    if (!milter.transcript().contains("> " + at)) {
      return sawTheEnd(milter); // one before it had objected to that command
    }
    return switch (answer) {
      case "CONTINUE" -> sawTheEnd(milter);
      case "ACCEPT" -> true;
      case "CLOSE" -> unheard;
      case "REJECT" -> OF_ONE_COMMAND.contains(at) && sawTheEnd(milter);
      case "REPLYCODE 421 x" -> at.equals("RCPT <nobody@y.test>") && sawTheEnd(milter);
      case "DISCARD" -> // has no meaning there
          Set.of("CONNECT", "HELO", "UNKNOWN").contains(at) && sawTheEnd(milter);
      default -> false;
    };
  }

  private static boolean sawTheEnd(ScriptedMilter milter) throws Exception {
    assertThat(milter.awaitFinished(AMPLE)).isTrue();
    return !milter.connection().commands(Command.EndOfMessage.class).isEmpty();
  }

  private static boolean objects(String answer) {
    return !Set.of("CONTINUE", "ACCEPT", "CLOSE").contains(answer);
  }
}
