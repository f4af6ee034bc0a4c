package org.miltergate.it.scenarios;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.miltergate.it.compare.Difference;
import org.miltergate.it.compare.Scenario;
import org.miltergate.milter.session.FailurePolicy;

/** A milter that breaks down at each stage, with each default action, before one that does not. */
public final class FailureScenarios {
  // Postfix knows "shutdown" only from 3.11 on.
  private static final List<FailurePolicy> ACTIONS =
      List.of(
          FailurePolicy.ACCEPT,
          FailurePolicy.REJECT,
          FailurePolicy.TEMPFAIL,
          FailurePolicy.QUARANTINE);
  private static final List<String> STAGES =
      List.of("OPTNEG", "CONNECT", "HELO", "MAIL", "RCPT", "DATA", "HEADER", "BODY", "EOM");

  private static final List<String> BEFORE_MAIL = List.of("OPTNEG", "CONNECT", "HELO");

  private FailureScenarios() {}

  public static Stream<Scenario> all() {
    List<Scenario> scenarios = new ArrayList<>();
    for (FailurePolicy action : ACTIONS) {
      for (String stage : STAGES) {
        scenarios.add(failing("closes at " + stage, action, stage, "CLOSE"));
      }
    }
    scenarios.add(
        failing("closes behind edits", FailurePolicy.TEMPFAIL, "EOM", "ADDHEADER X-A|a", "CLOSE"));
    scenarios.add(editsAreDropped());
    scenarios.add(tempfailing("unknown reply at MAIL", "MAIL", "BYTES 000000017a"));
    scenarios.add(tempfailing("quarantine at MAIL", "MAIL", "QUARANTINE early"));
    scenarios.add(
        failing("closes in a new body", FailurePolicy.ACCEPT, "EOM", "REPLBODY half", "CLOSE"));
    scenarios.add(tempfailing("edit at MAIL", "MAIL", "ADDHEADER X-A|a"));
    scenarios.add(tempfailing("text in a bare reply", "MAIL", "BYTES 000000026300"));
    scenarios.add(tempfailing("version above the offer", "OPTNEG", "OPTNEG version=7"));
    scenarios.add(tempfailing("action not offered", "OPTNEG", "OPTNEG actions=0x200"));
    scenarios.add(
        plainly("step not offered", FailurePolicy.TEMPFAIL, "OPTNEG", "OPTNEG steps=0x200000"));
    return scenarios.stream();
  }

  private static Scenario tempfailing(String what, String stage, String... replies) {
    return failing(what, FailurePolicy.TEMPFAIL, stage, replies);
  }

  private static Scenario failing(
      String what, FailurePolicy action, String stage, String... replies) {
    Scenario scenario = plainly(what, action, stage, replies);
    return switch (action) {
      case REJECT -> refused(scenario, stage, "S: 550 5.5.0 Service unavailable");
      case TEMPFAIL ->
          refused(scenario, stage, "S: 451 4.7.1 Service unavailable - try again later");
      case QUARANTINE ->
          scenario
              .without(Difference.QUARANTINE_GOES_ON, "m2: ")
              .without(Difference.QUARANTINE_GOES_ON, "milter 2 is connected");
      case ACCEPT, SHUTDOWN -> scenario;
    };
  }

  private static Scenario refused(Scenario scenario, String stage, String refusal) {
    return BEFORE_MAIL.contains(stage)
        ? scenario.except(Difference.REFUSED_CLIENT, List.of("S: 503"), List.of(refusal))
        : scenario;
  }

  private static Scenario editsAreDropped() {
    return plainly("closes behind edits", FailurePolicy.ACCEPT, "EOM", "ADDHEADER X-A|a", "CLOSE")
        .except(Difference.FAILED_MILTER_LEAVES_NOTHING, List.of("m2: HEADER X-A|a"), List.of())
        .except(Difference.FAILED_MILTER_LEAVES_NOTHING, List.of("| X-A: a"), List.of());
  }

  private static Scenario plainly(
      String what, FailurePolicy action, String stage, String... replies) {
    return Scenario.named("failure: " + what + ", " + action)
        .milter(action, milter -> milter.on(stage, replies))
        .watcher()
        .delivers(Letters.PLAIN, "bob@remote.test", "eve@remote.test")
        .says("RSET", "MAIL FROM:<second@client.test>", "RCPT TO:<bob@remote.test>", "DATA")
        .sends(Letters.PLAIN)
        .says("QUIT");
  }
}
