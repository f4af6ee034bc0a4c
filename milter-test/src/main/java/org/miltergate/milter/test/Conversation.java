package org.miltergate.milter.test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.CommandCode;
import org.miltergate.milter.wire.MacroValue;

/**
 * The packets so far on one connection to a {@link ScriptedMilter}.
 *
 * <p>Thread-safe.
 */
public final class Conversation {
  private static final int LONGEST_LINE = 200;

  /**
   * A command and the macros sent for it.
   *
   * @param macros names as on the wire, such as {@code i} and {@code {mail_addr}}, and values; one
   *     char per byte
   */
  public record Received(Command command, Map<String, String> macros) {}

  private final List<Received> received = new ArrayList<>();
  private final List<String> lines = new ArrayList<>();
  private final Map<Byte, Map<String, String>> macros = new HashMap<>();
  private Optional<String> failure = Optional.empty();
  private boolean scriptDone;
  private boolean over;

  Conversation() {}

  /** Returns all commands except macro packets, in order. */
  public synchronized List<Command> commands() {
    return received.stream().map(Received::command).toList();
  }

  /** Returns the commands of one kind, in order. */
  public <C extends Command> List<C> commands(Class<C> kind) {
    return commands().stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** Returns all commands except macro packets, each with its macros. */
  public synchronized List<Received> received() {
    return List.copyOf(received);
  }

  /** Returns the commands of one kind, each with its macros. */
  public List<Received> received(Class<? extends Command> kind) {
    return received().stream().filter(r -> kind.isInstance(r.command())).toList();
  }

  /**
   * Writes the conversation in the form of a script: {@code >} from the MTA, {@code <} from the
   * milter. Long lines are cut.
   */
  public synchronized String transcript() {
    return String.join("\n", lines) + "\n";
  }

  /** Returns how the conversation deviated from the script; empty if it did not. */
  public synchronized Optional<String> failure() {
    return failure;
  }

  /** Returns whether the connection has ended. */
  public synchronized boolean isOver() {
    return over;
  }

  /** Returns whether the milter expects nothing more, also because something went wrong. */
  synchronized boolean isSettled() {
    return over || scriptDone || failure.isPresent();
  }

  synchronized void received(Command command) {
    lines.add(cut("> " + CommandText.write(command)));
    if (command instanceof Command.Macro macro) {
      macros.put(macro.command(), values(macro));
    } else {
      Map<String, String> own = macros.remove(CommandCode.of(command).letter());
      received.add(new Received(command, own == null ? Map.of() : own));
    }
  }

  private static Map<String, String> values(Command.Macro macro) {
    Map<String, String> values = new LinkedHashMap<>();
    for (MacroValue value : macro.values()) {
      values.put(value.name().toString(), value.value().toString());
    }
    return Map.copyOf(values);
  }

  synchronized void sent(String text) {
    lines.add(cut("< " + text));
  }

  synchronized void note(String text) {
    lines.add("# " + text);
  }

  synchronized void failed(String text) {
    if (failure.isEmpty()) {
      failure = Optional.of(text);
    }
  }

  synchronized void scriptDone() {
    scriptDone = true;
  }

  synchronized void over() {
    over = true;
  }

  private static String cut(String line) {
    return line.length() <= LONGEST_LINE
        ? line
        : String.format(
            Locale.ROOT, "%s... (%d characters)", line.substring(0, LONGEST_LINE), line.length());
  }
}
