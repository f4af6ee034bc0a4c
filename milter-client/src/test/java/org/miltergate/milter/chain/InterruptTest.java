package org.miltergate.milter.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.miltergate.milter.chain.SmtpSide.client;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.milter.session.FailurePolicy;
import org.miltergate.milter.session.MilterClient;
import org.miltergate.milter.session.MilterSession;
import org.miltergate.milter.session.SessionListener;
import org.miltergate.milter.test.ScriptedMilter;

/**
 * A thread that is interrupted while it waits for a milter, as when the service stops: the milter
 * has not failed, and {@code accept} does not let mail pass it.
 */
class InterruptTest {

  @ParameterizedTest(name = "waiting at {0}, pipelined: {1}")
  @CsvSource({
    "OPTNEG,  false, C",
    "CONNECT, false, C",
    "HELO,    false, H",
    "MAIL,    false, M",
    "RCPT,    false, R",
    "DATA,    false, T",
    "HEADER,  false, E",
    "EOH,     false, E",
    "BODY,    false, E",
    "EOM,     false, E",
    "HEADER,  true,  E",
    "EOM,     true,  E",
  })
  void isNoFailureOfTheMilter(String stage, boolean pipeline, String refused) throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.builder().on(stage, "STALL").start()) {
      MilterClient client =
          client("m", milter.address(), c -> c.onFailure(FailurePolicy.ACCEPT).pipeline(pipeline));
      FutureTask<String> heard = new FutureTask<>(() -> run(client));
      Thread session = Thread.startVirtualThread(heard);
      while (!isAsked(milter, pipeline ? "EOM" : stage)) {
        Thread.onSpinWait();
      }
      session.interrupt();

      assertThat(heard.get(30, TimeUnit.SECONDS))
          .isEqualTo(
              refused
                  + (refused.matches("[CH]") ? " 421" : " 451")
                  + " 4.3.0 Mail cannot be processed now - try again later (m local)");
    }
  }

  @Test
  void whileQuitIsSaidIsNoOddityOfTheMilter() throws Exception {
    List<String> warnings = new ArrayList<>();
    SessionListener listener =
        new SessionListener() {
          @Override
          public void warned(String text) {
            warnings.add(text);
          }
        };
    try (ScriptedMilter milter = ScriptedMilter.builder().start()) {
      MilterSession session = client("m", milter.address(), c -> c).open(listener);

      Thread.currentThread().interrupt();
      session.close();

      assertThat(Thread.interrupted()).isTrue();
      assertThat(warnings).isEmpty();
    }
  }

  private static boolean isAsked(ScriptedMilter milter, String stage) {
    return !milter.connections().isEmpty()
        && milter.transcript().lines().anyMatch(line -> line.contains("> " + stage));
  }

  private static String run(MilterClient client) throws Exception {
    try (SmtpSide smtp = new SmtpSide(PreData.TOGETHER, client)) {
      return smtp.run("C H M R T E");
    }
  }
}
