package org.miltergate.it.scenarios;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.miltergate.it.compare.Difference;
import org.miltergate.it.compare.Scenario;

/** Each verdict at each stage, with a second milter after the one that gives it. */
public final class VerdictScenarios {
  private static final List<String> STAGES =
      List.of("CONNECT", "HELO", "MAIL", "RCPT", "DATA", "HEADER", "EOH", "BODY", "EOM");
  private static final List<String> VERDICTS =
      List.of(
          "ACCEPT",
          "REJECT",
          "TEMPFAIL",
          "DISCARD",
          "REPLYCODE 550-5.7.1 first line\\r\\n550 5.7.1 second line",
          "REPLYCODE 450 4.7.1 later");

  /** How a refusal reads at the client. */
  private static final Map<String, String> REFUSALS =
      Map.of(
          "REJECT",
          "S: 550 5.7.1 Command rejected",
          "TEMPFAIL",
          "S: 451 4.7.1 Service unavailable - try again later",
          VERDICTS.get(4),
          "S: 550-5.7.1 first line / 550 5.7.1 second line",
          VERDICTS.get(5),
          "S: 450 4.7.1 later");

  private VerdictScenarios() {}

  public static Stream<Scenario> all() {
    List<Scenario> scenarios = new ArrayList<>();
    for (String stage : STAGES) {
      for (String verdict : VERDICTS) {
        if (!verdict.equals("DISCARD") || !List.of("CONNECT", "HELO").contains(stage)) {
          scenarios.add(at(stage, verdict));
        }
      }
    }
    for (String stage : List.of("MAIL", "RCPT", "EOM")) {
      scenarios.add(at(stage, "REPLYCODE 421 4.7.0 closing"));
    }
    // At the end of a message, Postfix 3.7 answers 250 to SHUTDOWN and loses the message.
    scenarios.add(shutdown("MAIL", "m1: MAIL <alice@client.test>"));
    scenarios.add(shutdown("RCPT", "m1: RCPT <bob@remote.test>"));
    for (String stage : List.of("RCPT", "HEADER", "BODY")) {
      scenarios.add(at(stage, "SKIP"));
    }
    scenarios.addAll(replyTexts());
    scenarios.add(oneRecipient());
    scenarios.add(dataAgain());
    scenarios.addAll(malformedReplyTexts());
    return scenarios.stream();
  }

  private static Scenario at(String stage, String verdict) {
    Scenario scenario = plainly(stage, verdict);
    String refusal = REFUSALS.get(verdict);
    return refusal != null && List.of("CONNECT", "HELO").contains(stage)
        ? scenario.except(Difference.REFUSED_CLIENT, List.of("S: 503"), List.of(refusal))
        : scenario;
  }

  private static Scenario shutdown(String stage, String lastWord) {
    return plainly(stage, "SHUTDOWN")
        .except(
            Difference.ABORT_TO_WHO_SHUTS_DOWN, List.of(lastWord), List.of(lastWord, "m1: ABORT"));
  }

  /** Two messages, to show how long a verdict lasts. */
  private static Scenario plainly(String stage, String verdict) {
    return Scenario.named(
            "verdict: " + verdict.split("[ -]", 3)[0] + code(verdict) + " at " + stage)
        .milter(milter -> milter.on(stage, verdict))
        .watcher()
        .delivers(Letters.PLAIN, "bob@remote.test", "eve@remote.test")
        .says("RSET", "MAIL FROM:<second@client.test>", "RCPT TO:<bob@remote.test>", "DATA")
        .sends(Letters.PLAIN)
        .says("QUIT");
  }

  private static String code(String verdict) {
    return verdict.startsWith("REPLYCODE") ? " " + verdict.substring(10, 13) : "";
  }

  private static List<Scenario> replyTexts() {
    return Stream.of(
            "550 no enhanced code",
            "550 5.7.1 hundred%% sure",
            "550-5.7.1 one\\r\\n550-5.7.1 two\\r\\n550 5.7.1 three",
            "451 4.3.0 with a very long text " + "x".repeat(300))
        .map(text ->
            Scenario.named("verdict: text " + text.substring(0, 20))
                .milter(milter -> milter.on("MAIL", "REPLYCODE " + text))
                .says("EHLO client.test", "MAIL FROM:<alice@client.test>", "QUIT"))
        .toList();
  }

  /** Texts with line ends at odd places are not compared: Postfix 3.7 passes them on. */
  private static List<Scenario> malformedReplyTexts() {
    return List.of(
        malformed("250 2.0.0 ok", "451 4.7.1 Service unavailable - try again later"),
        malformed("550", "550 5.7.1 Command rejected"),
        malformed("550 4.7.1 wrong class", "550 wrong class"),
        malformedAt("550-5.7.1 one\\r\\n551 5.7.1 two")
            .except(
                Difference.MALFORMED_REPLY_TEXT,
                List.of("S: 550-5.7.1 one / 551 5.7.1 two"),
                List.of("S: 550 5.7.1 Command rejected")));
  }

  private static Scenario malformed(String text, String heard) {
    return malformedAt(text)
        .except(
            Difference.MALFORMED_REPLY_TEXT,
            List.of("S: 451 4.3.5 Server configuration problem - try again later"),
            List.of("S: " + heard))
        .except(
            Difference.MALFORMED_REPLY_TEXT,
            List.of("m1: MAIL <alice@client.test>"),
            List.of("m1: MAIL <alice@client.test>", "m1: ABORT"));
  }

  private static Scenario malformedAt(String text) {
    return Scenario.named("verdict: malformed text " + text)
        .milter(milter -> milter.on("MAIL", "REPLYCODE " + text))
        .says("EHLO client.test", "MAIL FROM:<alice@client.test>", "NOOP", "QUIT");
  }

  private static Scenario dataAgain() {
    return Scenario.named("verdict: DATA again behind a refused one")
        .milter(milter -> milter.on("DATA", "REJECT"))
        .says("EHLO client.test", "MAIL FROM:<alice@client.test>", "RCPT TO:<bob@remote.test>")
        .says("DATA", "DATA", "QUIT")
        .except(
            Difference.REFUSED_DATA,
            List.of("m1:   macros {i=...}", "m1: DATA", "m1:   macros {i=...}", "m1: DATA"),
            List.of("m1:   macros {i=...}", "m1: DATA"));
  }

  private static Scenario oneRecipient() {
    return Scenario.named("verdict: on one recipient of three")
        .milter(milter -> milter.on("RCPT <no@remote.test>", "REPLYCODE 550 5.1.1 not this one"))
        .milter(milter -> milter.on("RCPT <later@remote.test>", "TEMPFAIL"))
        .watcher()
        .delivers(Letters.PLAIN, "no@remote.test", "yes@remote.test", "later@remote.test")
        .says("QUIT");
  }
}
