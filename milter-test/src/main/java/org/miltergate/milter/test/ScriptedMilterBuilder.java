package org.miltergate.milter.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.miltergate.milter.wire.Actions;
import org.miltergate.milter.wire.MacroList;
import org.miltergate.milter.wire.MacroStage;
import org.miltergate.milter.wire.Negotiation;
import org.miltergate.milter.wire.ProtocolSteps;

/**
 * Sets up a {@link ScriptedMilter}: with scripts, or with rules and a function.
 *
 * <p>Not thread-safe; use from one thread at a time.
 */
public final class ScriptedMilterBuilder {
  private SocketAddress address = Sockets.tcp();
  private final List<MilterScript> scripts = new ArrayList<>();
  private boolean oneForAll;
  private final List<RuleConduct.Rule> rules = new ArrayList<>();
  private Answers answers = command -> Answers.CONTINUE;
  private Negotiation wish = ReplyText.DEFAULT_WISH;

  ScriptedMilterBuilder() {}

  /** Sets the address to listen on, see {@link Sockets}; a free port of 127.0.0.1 by default. */
  public ScriptedMilterBuilder listen(SocketAddress address) {
    this.address = address;
    return this;
  }

  /**
   * Follows the same script on each connection; at least one must come.
   *
   * @throws IllegalArgumentException if a line is invalid; the message names it
   */
  public ScriptedMilterBuilder script(String script) {
    scripts(script);
    oneForAll = true;
    return this;
  }

  /**
   * Follows one script on each connection, in order; all must come, and no more.
   *
   * @throws IllegalArgumentException if a line is invalid; the message names it
   */
  public ScriptedMilterBuilder scripts(String... texts) {
    scripts.clear();
    oneForAll = false;
    Arrays.stream(texts).map(MilterScript::parse).forEach(scripts::add);
    return this;
  }

  /**
   * Does what the {@code <} lines say for each command that the {@code >} line matches, such as
   * {@code on("RCPT <no@x>", "REJECT")}; commands that match no rule go to the function. The first
   * match counts.
   *
   * @throws IllegalArgumentException if a line is wrong
   */
  public ScriptedMilterBuilder on(String command, String... actions) {
    rules.add(
        new RuleConduct.Rule(
            new Expectation(command), Arrays.stream(actions).map(ScriptStep::read).toList()));
    return this;
  }

  /** Sets the function for commands that match no rule. */
  public ScriptedMilterBuilder answers(Answers answers) {
    this.answers = answers;
    return this;
  }

  /**
   * Negotiates exactly this, whatever is offered; by default all offered actions and every step.
   */
  public ScriptedMilterBuilder negotiating(Negotiation wish) {
    this.wish = wish;
    return this;
  }

  public ScriptedMilterBuilder version(int version) {
    return negotiating(new Negotiation(version, wish.actions(), wish.steps(), wish.macroLists()));
  }

  public ScriptedMilterBuilder actions(Actions.Action... actions) {
    return negotiating(
        new Negotiation(wish.version(), Actions.of(actions), wish.steps(), wish.macroLists()));
  }

  public ScriptedMilterBuilder steps(ProtocolSteps.Step... steps) {
    return negotiating(
        new Negotiation(
            wish.version(), wish.actions(), ProtocolSteps.of(steps), wish.macroLists()));
  }

  /** Asks for macros: {@code macros(MacroStage.MAIL, "i {mail_addr}")}. */
  public ScriptedMilterBuilder macros(MacroStage stage, String names) {
    List<MacroList> lists = new ArrayList<>(wish.macroLists());
    lists.add(NegotiationText.macroList(stage, names));
    return negotiating(new Negotiation(wish.version(), wish.actions(), wish.steps(), lists));
  }

  /**
   * Starts to listen.
   *
   * @throws IllegalStateException if there are both scripts and rules
   * @throws UncheckedIOException if the address cannot be bound
   */
  public ScriptedMilter start() {
    if (!scripts.isEmpty() && (!rules.isEmpty() || !wish.equals(ReplyText.DEFAULT_WISH))) {
      throw new IllegalStateException("a script says all by itself, no rule or wish beside it");
    }
    try {
      return scripts.isEmpty() ? startWithRules() : startWithScripts();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on " + address, e);
    }
  }

  private ScriptedMilter startWithRules() throws IOException {
    List<RuleConduct.Rule> fixed = List.copyOf(rules);
    Answers function = answers;
    Negotiation fixedWish = wish;
    return new ScriptedMilter(
        1, number -> Optional.of(new RuleConduct(fixed, function, fixedWish)), address);
  }

  private ScriptedMilter startWithScripts() throws IOException {
    List<MilterScript> fixed = List.copyOf(scripts);
    boolean same = oneForAll;
    return new ScriptedMilter(
        fixed.size(),
        number ->
            same || number < fixed.size()
                ? Optional.of(new ScriptConduct(fixed.get(same ? 0 : number)))
                : Optional.empty(),
        address);
  }
}
