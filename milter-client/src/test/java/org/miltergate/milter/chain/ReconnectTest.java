package org.miltergate.milter.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.miltergate.milter.chain.SmtpSide.AMPLE;
import static org.miltergate.milter.chain.SmtpSide.FINE;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.miltergate.milter.session.FailurePolicy;
import org.miltergate.milter.session.Letters;
import org.miltergate.milter.session.MilterClient;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.wire.ProtocolSteps.Step;
import org.miltergate.net.Dialer;
import org.miltergate.net.SocketDialer;

/**
 * A milter whose connection is over when something is said to it that begins a message: it is
 * connected to and told of the client once more, and has failed only if that fails.
 */
@ParameterizedClass(name = "pipelining {0}")
@EnumSource(Pipelining.class)
class ReconnectTest {
  @Parameter Pipelining pipelining;

  /** Each of the milter's connections ends at a stage; what it was told on each of them. */
  @ParameterizedTest(name = "{0}, {1}, then {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "EOM  | CONTINUE, CLOSE | C H M R T E M R T E     | C H M R T L N B E, C H M R T L N B E",
        "EOM  | CONTINUE, RESET | C H M R T E M R T E     | C H M R T L N B E, C H M R T L N B E",
        "EOM  | ACCEPT, CLOSE   | C H M R T E M R T E     | C H M R T L N B E, C H M R T L N B E",
        "EOM  | CONTINUE, CLOSE | C H M R T E H M R T E   | C H M R T L N B E, C H M R T L N B E",
        "EOM  | CONTINUE, CLOSE | C M R T E M R T E       | C M R T L N B E, C M R T L N B E",
        "EOM  | CONTINUE, CLOSE | C H M R T E U M R T E   | C H M R T L N B E, C H U M R T L N B E",
        "EOM  | CONTINUE, CLOSE | C H M R T E M R T E M R | C H M R T L N B E, C H M R T L N B E,"
            + " C H M R",
      })
  void tellsANewConnectionOfTheClient(String stage, String end, String steps, String told)
      throws Exception {
    for (PreData preData : PreData.values()) {
      try (ScriptedMilter milter = ScriptedMilter.builder().on(stage, end.split(", ")).start()) {
        try (SmtpSide smtp = new SmtpSide(preData, pipelining.client("m", milter))) {
          assertThat(smtp.run(steps)).isEqualTo(FINE);
          assertThat(smtp.failures).isEmpty();
        }
        assertThat(milter.awaitFinished(AMPLE)).isTrue();
        assertThat(connections(milter)).containsExactly(told.split(", "));
      }
    }
  }

  private static List<String> connections(ScriptedMilter milter) {
    return milter.connections().stream()
        .map(Letters::of)
        .map(letters -> letters.replaceAll("^O |( A| Q)+$", ""))
        .collect(Collectors.toList());
  }

  @Test
  void tellsMacrosAgain() throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.builder().on("EOM", "CONTINUE", "CLOSE").start();
        SmtpSide smtp = new SmtpSide(PreData.TOGETHER, pipelining.client("m", milter))) {
      smtp.macros.set("j", "mx.test");
      smtp.macros.set("{tls_version}", "TLSv1.3");
      smtp.macros.set("i", "4fX");

      assertThat(smtp.run("C H M R T E M R T E")).isEqualTo(FINE);
      for (String macros : List.of("MACRO CONNECT j", "MACRO HELO {tls", "MACRO MAIL i")) {
        assertThat(milter.transcript().split(Pattern.quote(macros), -1)).hasSize(3);
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "ACCEPT,   -",
    "TEMPFAIL, M M 451 4.7.1 Service unavailable - try again later (m failed)",
    "REJECT,   M M 550 5.5.0 Service unavailable (m failed)",
  })
  void milterThatIsGoneForGoodHasFailed(FailurePolicy policy, String heard) throws Exception {
    ScriptedMilter milter = ScriptedMilter.builder().on("EOM", "CONTINUE", "CLOSE").start();
    try (milter;
        SmtpSide smtp =
            new SmtpSide(
                PreData.TOGETHER,
                pipelining.client("m", milter.address(), c -> c.onFailure(policy)))) {
      assertThat(smtp.run("C H M R T E")).isEqualTo(FINE);
      milter.close();

      assertThat(smtp.run("M R T E M R T E")).isEqualTo(heard);
      assertThat(smtp.failures).singleElement().asString().contains("cannot connect");
    }
  }

  /** The second connection closes at MAIL as well, which is no accident any more. */
  @Test
  void triesOnceOnly() throws Exception {
    try (ScriptedMilter milter =
            ScriptedMilter.scripts(
                "...\n> EOM\n< CONTINUE\n> ABORT\n> MAIL\n< CLOSE", "...\n> MAIL\n< CLOSE");
        SmtpSide smtp = new SmtpSide(PreData.TOGETHER, pipelining.client("m", milter))) {
      assertThat(smtp.run("C H M R T E M R T E M"))
          .isEqualTo("M M 451 4.7.1 Service unavailable - try again later (m failed)");
      assertThat(smtp.failures)
          .containsExactly("m at MAIL: closed the connection instead of answering MAIL");
      milter.assertScriptFinished();
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "REJECT,  M 550 5.7.1 Command rejected (m)",
    "ACCEPT,  -",
  })
  void newConnectionsVerdictOnTheClientCounts(String verdict, String heard) throws Exception {
    try (ScriptedMilter milter =
            ScriptedMilter.scripts(
                "> OPTNEG\n< OPTNEG version=6\n> CONNECT\n< CONTINUE\n> HELO\n< CONTINUE\n"
                    + "> MAIL\n< CONTINUE\n> RCPT\n< CONTINUE\n> DATA\n< CONTINUE\n"
                    + (pipelining == Pipelining.ON
                        ? "> HEADER\n> EOH\n> BODY\n> EOM\n< CONTINUE\n< CONTINUE\n< CONTINUE\n"
                        : "> HEADER\n< CONTINUE\n> EOH\n< CONTINUE\n> BODY\n< CONTINUE\n> EOM\n")
                    + "< CONTINUE\n< CLOSE",
                "> OPTNEG\n< OPTNEG version=6\n> CONNECT\n< " + verdict + "\n...");
        SmtpSide smtp = new SmtpSide(PreData.TOGETHER, pipelining.client("m", milter))) {
      assertThat(smtp.run("C H M R T E M R T E")).isEqualTo(heard);
    }
  }

  @Test
  void noticesItWhereMailWasDeclined() throws Exception {
    try (ScriptedMilter milter =
            ScriptedMilter.builder()
                .steps(Step.NO_MAIL, Step.NO_RCPT, Step.NO_DATA)
                .on("EOM", "CONTINUE", "CLOSE")
                .start();
        SmtpSide smtp = new SmtpSide(PreData.TOGETHER, pipelining.client("m", milter))) {
      assertThat(smtp.run("C H M R T E")).isEqualTo(FINE);
      assertThat(milter.awaitFinished(AMPLE)).isTrue();
      while (milter.connections().size() < 2) {
        smtp.run("M A"); // that the milter has closed does not mean that it is known here yet
      }

      assertThat(smtp.run("M R T E")).isEqualTo(FINE);
      assertThat(smtp.failures).isEmpty();
    }
  }

  /** Each dial waits until all of them are under way. */
  @Test
  void dialsThoseThatHaveClosedTogether() throws Exception {
    int milters = 3;
    CountDownLatch first = new CountDownLatch(milters);
    CountDownLatch second = new CountDownLatch(milters);
    SocketDialer sockets = new SocketDialer();
    AtomicInteger dials = new AtomicInteger();
    Dialer together =
        (address, limit) -> {
          CountDownLatch round = dials.incrementAndGet() <= milters ? first : second;
          round.countDown();
          try {
            assertThat(round.await(30, TimeUnit.SECONDS)).as("all dialled together").isTrue();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return sockets.dial(address, limit);
        };
    try (ScriptedMilter milter = ScriptedMilter.builder().on("HEADER", "ACCEPT").start()) {
      MilterClient[] clients = new MilterClient[milters];
      for (int i = 0; i < milters; i++) {
        clients[i] =
            pipelining.client("m" + i, milter.address(), c -> c.pipeline(true).dialer(together));
      }
      try (SmtpSide smtp = new SmtpSide(PreData.TOGETHER, clients)) {
        assertThat(smtp.run("C H M R T E M R T E")).isEqualTo(FINE);
        assertThat(smtp.failures).isEmpty();
        assertThat(milter.connections()).hasSize(2 * milters);
      }
    }
  }
}
