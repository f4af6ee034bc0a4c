package org.miltergate.it.compare;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.miltergate.it.record.RecordingProxy;
import org.miltergate.it.smtp.SmtpDialogue;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.test.smtp.ScriptedSmtpSink;
import org.miltergate.net.Endpoint;
import org.miltergate.peers.mta.Mta;
import org.miltergate.peers.mta.MtaKind;
import org.miltergate.peers.mta.MtaSetup;
import org.miltergate.peers.process.Lab;

/** Plays a scenario through a mail server and writes down what everybody saw. */
public final class Player {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Lab lab;

  public Player(Lab lab) {
    this.lab = lab;
  }

  private List<Endpoint> startMilters(Scenario scenario) throws IOException {
    List<Endpoint> milters = new ArrayList<>();
    for (Scenario.Part part : scenario.milters()) {
      milters.add(part.starter().start(lab));
    }
    return milters;
  }

  /** Returns the lines of the transcript. */
  private List<String> play(Scenario scenario, MtaKind kind, List<Endpoint> milters)
      throws IOException, InterruptedException {
    ScriptedSmtpSink sink = lab.add(ScriptedSmtpSink.start());
    MtaSetup setup = MtaSetup.relayingTo(sink.port()).serial();
    List<RecordingProxy> proxies = new ArrayList<>();
    for (int i = 0; i < milters.size(); i++) {
      RecordingProxy proxy = lab.add(RecordingProxy.inFrontOf(milters.get(i)));
      proxies.add(proxy);
      setup = setup.milter(proxy.address(), scenario.milters().get(i).onFailure());
    }
    MtaSetup complete = setup;
    Mta mta = lab.start(folder -> kind.start(folder, complete));

    Transcript transcript = new Transcript();
    for (SmtpDialogue dialogue : converse(scenario.client(), mta)) {
      transcript.client(dialogue.exchanges());
    }
    mta.awaitIdle(PATIENCE);
    for (int i = 0; i < proxies.size(); i++) {
      assertThat(proxies.get(i).awaitOver(PATIENCE)).as("milter %d is let go", i + 1).isTrue();
      transcript.milter(i + 1, proxies.get(i).recordings());
    }
    int held = mta.held();
    mta.close();
    sink.awaitSessions("end of all sessions", all -> all.stream().allMatch(one -> one.ended()));
    transcript.nextHop(sink.messages(), held);
    return scenario.masked(transcript.lines());
  }

  private List<SmtpDialogue> converse(List<ClientStep> steps, Mta mta) throws IOException {
    List<SmtpDialogue> dialogues = new ArrayList<>();
    for (ClientStep step : steps) {
      switch (step) {
        case ClientStep.Connect connect -> dialogues.add(lab.add(SmtpDialogue.connect(mta.smtp())));
        case ClientStep.Command(String line) -> dialogues.getLast().send(line);
        case ClientStep.HangUp hangUp -> dialogues.getLast().close();
        case ClientStep.Content(Bytes message) -> sendContent(dialogues.getLast(), message);
      }
    }
    for (SmtpDialogue dialogue : dialogues) {
      dialogue.close();
    }
    return dialogues;
  }

  private static void sendContent(SmtpDialogue dialogue, Bytes message) throws IOException {
    if (dialogue.exchanges().getLast().answer().code() == 354) {
      dialogue.sendContent(message.toArray());
    }
  }

  /**
   * Plays the scenario through Postfix and through the gateway and compares, with its exceptions;
   * then through the gateway with pipelining, which must change nothing for client and next hop.
   * What a milter is sent after an early verdict differs.
   */
  public void assertLikePostfix(Scenario scenario) throws IOException, InterruptedException {
    List<String> expected = play(scenario, MtaKind.POSTFIX, startMilters(scenario));
    for (Scenario.Exception exception : scenario.exceptions()) {
      expected = exception.replacedIn(expected);
    }
    List<Endpoint> milters = startMilters(scenario);
    List<String> got = play(scenario, MtaKind.GATEWAY, milters);
    if (!got.equals(expected)) {
      throw new AssertionError(
          "%s is not as through Postfix\n%s".formatted(scenario, difference(expected, got)));
    }
    assertThat(outside(play(scenario, MtaKind.PIPELINING_GATEWAY, milters)))
        .as("%s, pipelined", scenario)
        .isEqualTo(outside(got));
  }

  private static List<String> outside(List<String> lines) {
    return lines.stream().filter(line -> !line.matches("m\\d+:.*|milter \\d+ is.*")).toList();
  }

  private static String difference(List<String> expected, List<String> got) {
    return String.join(
        "\n",
        UnifiedDiffUtils.generateUnifiedDiff(
            "POSTFIX", "GATEWAY", expected, DiffUtils.diff(expected, got), 2));
  }
}
