package org.miltergate.it.compare;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.session.FailurePolicy;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.test.ScriptedMilterBuilder;
import org.miltergate.net.Endpoint;
import org.miltergate.peers.TestMails;
import org.miltergate.peers.milters.RealMilter;
import org.miltergate.peers.process.Lab;

/**
 * One conversation: what the milters answer, what the client says, and where the server under test
 * is known to differ from Postfix.
 *
 * <p>Immutable; each method returns a longer one.
 */
public final class Scenario {
  private final String name;
  private final List<Part> milters;
  private final List<ClientStep> client;
  private final List<Mask> masks;
  private final List<Exception> exceptions;

  /** Starts one milter of the chain. */
  @FunctionalInterface
  interface MilterStarter {
    Endpoint start(Lab lab) throws IOException;
  }

  record Part(MilterStarter starter, FailurePolicy onFailure) {}

  /** Lines of Postfix's transcript that stand otherwise in the other one, and why. */
  record Exception(Difference reason, List<String> postfix, List<String> other) {
    /** Replaces them wherever they are; they have to be there. */
    List<String> replacedIn(List<String> lines) {
      List<String> left = lines;
      List<String> changed = new ArrayList<>();
      for (int at = find(left); at >= 0; at = find(left)) {
        changed.addAll(left.subList(0, at));
        changed.addAll(other);
        left = left.subList(at + postfix.size(), left.size());
      }
      if (changed.isEmpty()) {
        throw new AssertionError(
            "%s does not show %s any more:\n%s"
                .formatted(postfix, reason, String.join("\n", lines)));
      }
      changed.addAll(left);
      return changed;
    }

    private int find(List<String> lines) {
      return Collections.indexOfSubList(lines, postfix);
    }
  }

  /** What is not the same in two runs of one server. */
  record Mask(Pattern pattern, String replacement) {}

  private Scenario(
      String name,
      List<Part> milters,
      List<ClientStep> client,
      List<Mask> masks,
      List<Exception> exceptions) {
    this.name = name;
    this.milters = List.copyOf(milters);
    this.client = List.copyOf(client);
    this.masks = List.copyOf(masks);
    this.exceptions = List.copyOf(exceptions);
  }

  public static Scenario named(String name) {
    return new Scenario(name, List.of(), List.of(new ClientStep.Connect()), List.of(), List.of());
  }

  /** Adds a scripted milter with default action tempfail. */
  public Scenario milter(UnaryOperator<ScriptedMilterBuilder> setUp) {
    return milter(FailurePolicy.TEMPFAIL, setUp);
  }

  /** Adds a scripted milter. */
  public Scenario milter(FailurePolicy onFailure, UnaryOperator<ScriptedMilterBuilder> setUp) {
    return milter(
        new Part(
            lab -> lab.add(setUp.apply(ScriptedMilter.builder()).start()).address(), onFailure));
  }

  /** Adds a milter that does nothing but look. */
  public Scenario watcher() {
    return milter(milter -> milter);
  }

  /** Adds a real milter. */
  public Scenario realMilter(Lab.Starter<RealMilter> starter) {
    return milter(
        new Part(lab -> Endpoint.parse(lab.start(starter).address()), FailurePolicy.TEMPFAIL));
  }

  private Scenario milter(Part part) {
    return new Scenario(name, plus(milters, part), client, masks, exceptions);
  }

  /** Adds commands of the client. */
  public Scenario says(String... commands) {
    List<ClientStep> longer = new ArrayList<>(client);
    for (String command : commands) {
      longer.add(new ClientStep.Command(command));
    }
    return new Scenario(name, milters, longer, masks, exceptions);
  }

  /** Adds a message, after DATA; each char is a byte and LF stands for CRLF. */
  public Scenario sends(String message) {
    return step(new ClientStep.Content(Bytes.copyOf(TestMails.crlf(message))));
  }

  /** Adds an EHLO, a sender and recipients, DATA and a message. */
  public Scenario delivers(String message, String... recipients) {
    Scenario longer = says("EHLO client.test", "MAIL FROM:<alice@client.test>");
    for (String recipient : recipients) {
      longer = longer.says("RCPT TO:<" + recipient + ">");
    }
    return longer.says("DATA").sends(message);
  }

  public Scenario hangsUp() {
    return step(new ClientStep.HangUp());
  }

  /** Goes on with another connection; the one before has to have ended. */
  public Scenario connectsAgain() {
    return step(new ClientStep.Connect());
  }

  private Scenario step(ClientStep step) {
    return new Scenario(name, milters, plus(client, step), masks, exceptions);
  }

  /** Writes alike what differs from run to run; a line that becomes empty is left out. */
  public Scenario mask(String regex, String replacement) {
    Mask mask = new Mask(Pattern.compile(regex), replacement);
    return new Scenario(name, milters, client, plus(masks, mask), exceptions);
  }

  /**
   * Declares that these lines, wherever they follow each other in Postfix's transcript, are these
   * others here. It is a failure if they are not in Postfix's.
   */
  public Scenario except(Difference reason, List<String> postfix, List<String> other) {
    return new Scenario(
        name, milters, client, masks, plus(exceptions, new Exception(reason, postfix, other)));
  }

  /** Declares that lines with this beginning differ too much to be compared. */
  public Scenario without(Difference reason, String beginning) {
    Objects.requireNonNull(reason, "reason");
    return mask("^" + Pattern.quote(beginning) + ".*", "");
  }

  private static <T> List<T> plus(List<T> list, T last) {
    List<T> longer = new ArrayList<>(list);
    longer.add(last);
    return longer;
  }

  List<Part> milters() {
    return milters;
  }

  List<ClientStep> client() {
    return client;
  }

  List<String> masked(List<String> lines) {
    List<String> masked = new ArrayList<>();
    for (String line : lines) {
      String text = line;
      for (Mask mask : masks) {
        text = mask.pattern().matcher(text).replaceAll(mask.replacement());
      }
      if (!text.isEmpty()) {
        masked.add(text);
      }
    }
    return masked;
  }

  List<Exception> exceptions() {
    return exceptions;
  }

  @Override
  public String toString() {
    return name;
  }
}
