package org.miltergate.milter.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.ProtocolSteps.Step;

/** Every wait has an end; a progress report puts it off, but not for ever. */
@Tag("slow")
class TimeLimitsTest {
  private static final Duration ONE_SECOND = Duration.ofSeconds(1);

  private static final List<String> STAGES =
      List.of("CONNECT", "HELO", "UNKNOWN", "MAIL", "RCPT", "DATA", "HEADER", "EOH", "BODY", "EOM");

  @Test
  void progressAtAnyStageStartsTheClockAnew() throws Exception {
    String[] slow = {"PAUSE 800ms", "PROGRESS", "PAUSE 800ms", "PROGRESS", "CONTINUE"};
    List<Callable<String>> talks = new ArrayList<>();
    for (String stage : STAGES) {
      talks.add(() -> {
        try (ScriptedMilter milter = ScriptedMilter.builder().on(stage, slow).start();
            Talk talk =
                Talk.with(
                    milter.address(),
                    client ->
                        client
                            .commandTimeout(Duration.ofMillis(1500))
                            .contentTimeout(Duration.ofMillis(1500)))) {
          return talk.say("C H U M R T L N B E");
        }
      });
    }

    assertThat(together(talks)).hasSize(10).containsOnly("c c c c c c c c c c");
  }

  @Test
  void endsAWaitOfAnyStageWithTheLimitOfThatStage() throws Exception {
    List<Callable<String>> talks = new ArrayList<>();
    for (String stage : STAGES) {
      talks.add(() -> failure(stage, "STALL"));
    }

    assertThat(together(talks))
        .containsExactly(
            "no answer to CONNECT within 1s",
            "no answer to HELO within 1s",
            "no answer to UNKNOWN within 1s",
            "no answer to MAIL within 1s",
            "no answer to RCPT within 1s",
            "no answer to DATA within 1s",
            "no answer to HEADER within 1200ms",
            "no answer to END_OF_HEADERS within 1200ms",
            "no answer to BODY within 1200ms",
            "no answer to END_OF_MESSAGE within 1200ms");
  }

  private static String failure(String stage, String fault) throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.builder().on(stage, fault).start();
        Talk talk =
            Talk.with(
                milter.address(),
                client ->
                    client.commandTimeout(ONE_SECOND).contentTimeout(Duration.ofMillis(1200)))) {
      talk.say("C H U M R T L N B E");
      return "no failure";
    } catch (MilterTimeoutException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Test
  void limitsTheWholeAnswerWhateverProgressIsReported() throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.builder().on("EOM", "FOREVER PROGRESS").start();
        Talk talk = Talk.with(milter.address(), client -> client.endOfMessageTimeout(ONE_SECOND))) {
      talk.say("C H M R T N");

      assertThatThrownBy(() -> talk.say("E"))
          .isInstanceOf(MilterTimeoutException.class)
          .hasMessage("no verdict on END_OF_MESSAGE within 1s, progress reports included");
      assertThat(milter.awaitFinished(Talk.AMPLE)).isTrue();
    }
  }

  @Test
  void namesTheWholeLimitWhenItRunsOutBetweenTwoReports() throws Exception {
    try (ScriptedMilter milter =
            ScriptedMilter.builder().on("EOM", "PAUSE 300ms", "PROGRESS", "STALL").start();
        Talk talk = Talk.with(milter.address(), client -> client.endOfMessageTimeout(ONE_SECOND))) {
      talk.say("C H M R T N");

      assertThatThrownBy(() -> talk.say("E"))
          .hasMessage("no verdict on END_OF_MESSAGE within 1s, progress reports included");
    }
  }

  @Test
  void limitsAPacketAndNotEachByteOfIt() throws Exception {
    try (ScriptedMilter milter =
            ScriptedMilter.builder().on("CONNECT", "SLOWLY 1/200ms REPLYCODE 550 no").start();
        Talk talk = Talk.with(milter.address(), client -> client.commandTimeout(ONE_SECOND))) {
      assertThatThrownBy(() -> talk.say("C"))
          .isInstanceOf(MilterTimeoutException.class)
          .hasMessage("no answer to CONNECT within 1s");
    }
  }

  @Test
  void limitsWritesToAMilterThatDoesNotRead() throws Exception {
    try (ScriptedMilter milter =
            ScriptedMilter.builder()
                .steps(Step.NO_REPLY_BODY)
                .on("EOH", "CONTINUE", "DEAF")
                .start();
        Talk talk = Talk.with(milter.address(), client -> client.contentTimeout(ONE_SECOND))) {
      talk.say("C H M R T N");
      Command body = new Command.Body(Bytes.copyOf(new byte[65_535]));

      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 5000; i++) {
                  talk.session.send(body, talk.macros);
                }
              })
          .isInstanceOf(MilterTimeoutException.class)
          .hasMessage("did not take BODY within 1s");
    }
  }

  @Test
  void countsTheLimitFromTheWritingWhenSeveralMiltersAreReadInTurn() throws Exception {
    try (ScriptedMilter late = ScriptedMilter.builder().on("CONNECT", "STALL").start();
        Talk first = Talk.with(late.address(), client -> client.commandTimeout(ONE_SECOND));
        Talk second = Talk.with(late.address(), client -> client.commandTimeout(ONE_SECOND));
        Talk third = Talk.with(late.address(), client -> client.commandTimeout(ONE_SECOND))) {
      long began = System.nanoTime();
      for (Talk talk : List.of(first, second, third)) {
        talk.session.send(Letters.command("C"), talk.macros);
      }
      for (Talk talk : List.of(first, second, third)) {
        assertThatThrownBy(talk.session::receive).hasMessage("no answer to CONNECT within 1s");
      }

      assertThat(Duration.ofNanos(System.nanoTime() - began))
          .isBetween(ONE_SECOND, Duration.ofMillis(2800));
    }
  }

  private static <T> List<T> together(List<Callable<T>> tasks) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<T> results = new ArrayList<>();
      for (Future<T> future : threads.invokeAll(tasks)) {
        results.add(future.get());
      }
      return results;
    }
  }
}
