package org.miltergate.milter.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.miltergate.milter.chain.SmtpSide.AMPLE;

import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.miltergate.milter.session.FailurePolicy;
import org.miltergate.milter.session.Letters;
import org.miltergate.milter.session.MilterClient;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.test.ScriptedMilterBuilder;
import org.miltergate.milter.test.Sockets;
import org.miltergate.net.Dialer;
import org.miltergate.net.Endpoint;
import org.miltergate.net.Watchdog;

/**
 * Two milters, of which the first one fails: at each stage, in each way, with each default action.
 *
 * <p>A client connects and sends two messages. It does not matter in which way the milter fails.
 */
@Tag("slow")
@ParameterizedClass(name = "pipelining {0}")
@EnumSource(Pipelining.class)
class FailureMatrixTest {
  @Parameter Pipelining pipelining;

  /** For a failed milter that refuses: who hears it, and what the second milter is told. */
  private static final List<Row> TABLE =
      Stream.of(
              // failed at   | refused  | the second is told | refused permanently | it is told
              "NEGOTIATION   | C H M M  | C Q                | C                | C Q",
              "CONNECT       | C H M M  | C Q                | C                | C Q",
              "HELO          | H M M    | C H Q              | H                | C H Q",
              "MAIL          | M M      | C H M A Q          | M                | C H M A Q",
              "RCPT          | R M      | C H M R A Q        | R                | C H M R A Q",
              "DATA          | T M      | C H M R T A Q      | T                | C H M R T A Q",
              "HEADER        | E M      | C H M R T A Q      | E                | C H M R T A Q",
              "EOH           | E M      | C H M R T A Q      | E                | C H M R T A Q",
              "BODY          | E M      | C H M R T A Q      | E                | C H M R T A Q",
              "EOM           | E M      | C H M R T A Q      | E                | C H M R T A Q",
              "EDITS         | E M      | C H M R T A Q      | E                | C H M R T A Q")
          .map(Row::parse)
          .toList();

  private static final List<String> QUICK =
      List.of("CLOSE", "RESET", "BYTES 00000000", "BYTES 485454502f312e31", "HALF REJECT, CLOSE");

  private static final List<String> SLOW =
      List.of("STALL", "SLOWLY 1/700ms CONTINUE", "FOREVER PROGRESS");

  private static final Duration LIMIT = Duration.ofSeconds(2);

  private static final String ALL_TOLD = "C H M R T L N B E A M R T L N B E A Q";

  private record Row(
      String at, String refused, String told, String refusedForGood, String toldUntilThen) {
    static Row parse(String line) {
      String[] cells = line.split(" *\\| *");
      return new Row(cells[0].strip(), cells[1], cells[2], cells[3], cells[4]);
    }

    Outcome expected(FailurePolicy policy) {
      return switch (policy) {
        case ACCEPT -> new Outcome("-", ALL_TOLD);
        case QUARANTINE -> new Outcome("E E held (m1 failed)", ALL_TOLD);
        case REJECT -> new Outcome(refused + " 550 5.5.0 Service unavailable (m1 failed)", told);
        case TEMPFAIL ->
            new Outcome(
                refused + " 451 4.7.1 Service unavailable - try again later (m1 failed)", told);
        case SHUTDOWN ->
            new Outcome(
                refusedForGood + " 421 4.7.1 Service unavailable - try again later (m1 failed)",
                toldUntilThen);
      };
    }
  }

  /** What the client gets, and what the second milter is told. */
  private record Outcome(String heard, String secondTold) {}

  /** One way to fail at one stage, to compare in a readable way. */
  private record Case(String fault, String at, Outcome outcome) {}

  @ParameterizedTest
  @EnumSource(FailurePolicy.class)
  void milterThatBreaksOff(FailurePolicy policy) throws Exception {
    checkAll(QUICK, policy);
  }

  @ParameterizedTest
  @EnumSource(FailurePolicy.class)
  void milterThatIsTooSlow(FailurePolicy policy) throws Exception {
    checkAll(SLOW, policy);
  }

  private void checkAll(List<String> faults, FailurePolicy policy) throws Exception {
    List<Case> expected = new ArrayList<>();
    List<Callable<Case>> tasks = new ArrayList<>();
    for (String fault : faults) {
      for (Row row : TABLE) {
        expected.add(new Case(fault, row.at(), row.expected(policy)));
        tasks.add(() -> new Case(fault, row.at(), fail(fault, row.at(), policy)));
      }
    }
    List<Case> found = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Case> future : threads.invokeAll(tasks)) {
        found.add(future.get());
      }
    }

    assertThat(found).containsExactlyElementsOf(expected);
  }

  @ParameterizedTest(name = "{0} at {1}")
  @CsvSource({
    // In turn, the second milter is told what the first one has passed.
    "TEMPFAIL,   NEGOTIATION, C H M M, none",
    "TEMPFAIL,   CONNECT,     C H M M, none",
    "TEMPFAIL,   HELO,        H M M,   C Q",
    "TEMPFAIL,   MAIL,        M M,     C H Q",
    "TEMPFAIL,   RCPT,        R M,     C H M A Q",
    "TEMPFAIL,   DATA,        T M,     C H M R A Q",
    "TEMPFAIL,   BODY,        E M,     C H M R T A Q",
    "ACCEPT,     NEGOTIATION, -,       " + ALL_TOLD,
    "ACCEPT,     MAIL,        -,       " + ALL_TOLD,
    "ACCEPT,     EDITS,       -,       " + ALL_TOLD,
  })
  void milterThatBreaksOffWhenAskedInTurn(
      FailurePolicy policy, String at, String refused, String told) throws Exception {
    try (ScriptedMilter failing = failing("CLOSE", at).start()) {
      MilterClient m1 = pipelining.client("m1", failing.address(), c -> c.onFailure(policy));
      String heard =
          policy == FailurePolicy.ACCEPT
              ? "-"
              : refused + " 451 4.7.1 Service unavailable - try again later (m1 failed)";

      assertThat(run(PreData.SERIAL, m1)).isEqualTo(new Outcome(heard, told));
    }
  }

  private Outcome fail(String fault, String at, FailurePolicy policy) throws Exception {
    try (ScriptedMilter failing = failing(fault, at).start()) {
      MilterClient m1 =
          pipelining.client(
              "m1",
              failing.address(),
              settings ->
                  settings
                      .commandTimeout(QUICK.contains(fault) ? AMPLE : LIMIT)
                      .contentTimeout(QUICK.contains(fault) ? AMPLE : LIMIT)
                      .endOfMessageTimeout(QUICK.contains(fault) ? AMPLE : LIMIT)
                      .onFailure(policy));
      Outcome outcome = run(PreData.TOGETHER, m1);
      assertThat(failing.awaitFinished(AMPLE)).as("connection of m1 is closed").isTrue();
      return outcome;
    }
  }

  private static ScriptedMilterBuilder failing(String fault, String at) {
    String[] actions = fault.split(", ");
    return switch (at) {
      case "NEGOTIATION" -> ScriptedMilter.builder().on("OPTNEG", actions);
      case "EDITS" -> {
        List<String> edits = new ArrayList<>(List.of("ADDHEADER A|1", "REPLBODY half", "PROGRESS"));
        edits.addAll(Arrays.asList(actions));
        yield ScriptedMilter.builder().on("EOM", edits.toArray(String[]::new));
      }
      default -> ScriptedMilter.builder().on(at, actions);
    };
  }

  private Outcome run(PreData preData, MilterClient m1) throws Exception {
    try (ScriptedMilter healthy = ScriptedMilter.builder().start()) {
      List<String> failures = new ArrayList<>();
      String heard;
      try (SmtpSide smtp = new SmtpSide(preData, m1, pipelining.client("m2", healthy))) {
        heard = smtp.run("C H M R T E M R T E");
        failures.addAll(smtp.failures);
        assertThat(smtp.text()).endsWith("Subject: hello\r\n\r\nbody\r\n").doesNotContain("A: 1");
      }
      assertThat(failures).hasSize(1).allMatch(text -> text.startsWith("m1 at "));
      String told = "none";
      if (!healthy.connections().isEmpty()) {
        assertThat(healthy.awaitFinished(AMPLE)).as("connection of m2 is closed").isTrue();
        told = Letters.of(healthy.connection()).substring("O ".length());
      }
      return new Outcome(heard.replaceFirst("held: milter m1 failed: .* \\(m1", "held (m1"), told);
    }
  }

  @ParameterizedTest
  @EnumSource(FailurePolicy.class)
  void milterThatCannotBeReached(FailurePolicy policy, @TempDir Path directory) throws Exception {
    Outcome expected = TABLE.getFirst().expected(policy);
    Dialer hanging =
        (address, limit) -> {
          LockSupport.parkNanos(limit.toNanos());
          throw new SocketTimeoutException("no connection within " + limit);
        };
    Endpoint noFile = new Endpoint.Unix(directory.resolve("none.sock"));
    Duration limit = Duration.ofMillis(100);

    assertThat(
            run(
                PreData.TOGETHER,
                pipelining.client("m1", Sockets.nobody(), c -> c.onFailure(policy))))
        .isEqualTo(expected);
    assertThat(run(PreData.TOGETHER, pipelining.client("m1", noFile, c -> c.onFailure(policy))))
        .isEqualTo(expected);
    assertThat(
            run(
                PreData.TOGETHER,
                pipelining.client(
                    "m1", noFile, c -> c.onFailure(policy).dialer(hanging).connectTimeout(limit))))
        .isEqualTo(expected);
  }

  @AfterEach
  void nothingIsLeftOver() {
    long began = System.nanoTime();
    while (Watchdog.shared().size() > 0 && System.nanoTime() - began < AMPLE.toNanos()) {
      Thread.onSpinWait();
    }
    assertThat(Watchdog.shared().size()).as("watches left over").isZero();
  }
}
