package org.miltergate.milter.session;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.MacroStage;
import org.miltergate.milter.wire.MacroValue;

/**
 * Chooses the macros that go before a command, so that a milter has none of another message or
 * recipient.
 *
 * <p>A full set goes out each time, never a difference. libmilter forgets what it knew of a stage
 * when it gets a set for it, so a macro that has no value any more is left out; but a packet
 * without any macro changes nothing there, and makes older filters close the connection. If a stage
 * that a milter has been told of has no value left, it gets one macro that it did not ask for.
 *
 * <p>The last value of a packet is never empty: filters on phalaaxx/milter and on older versions of
 * emersion/go-milter cut the NULs off its end, find a name without a value, and end their process.
 */
final class MacroMemory {
  /** Said where there is nothing else to say; every MTA has a value for it. */
  private static final List<Bytes> HOST_NAME = List.of(Bytes.ofLatin1("j"));

  /** Where even the host name is not set. */
  private static final MacroValue NONE =
      new MacroValue(Bytes.ofLatin1("{macros}"), Bytes.ofLatin1("none"));

  private final MacroLists lists;
  private final Set<MacroStage> told = EnumSet.noneOf(MacroStage.class);

  MacroMemory(MacroLists lists) {
    this.lists = lists;
  }

  /** Returns what to send before a command of {@code stage}; empty if there is nothing to say. */
  List<MacroValue> next(MacroStage stage, Macros macros) {
    List<Bytes> wanted = lists.at(stage);
    if (wanted.isEmpty()) {
      return List.of();
    }
    List<MacroValue> values = macros.select(wanted);
    if (values.isEmpty() && !told.contains(stage)) {
      return values;
    }
    told.add(stage);
    return endingInAValue(values, macros);
  }

  private static List<MacroValue> endingInAValue(List<MacroValue> values, Macros macros) {
    if (!values.isEmpty() && !values.getLast().value().isEmpty()) {
      return values;
    }
    List<MacroValue> ordered = new ArrayList<>(values.size() + 1);
    values.stream().filter(value -> value.value().isEmpty()).forEach(ordered::add);
    values.stream().filter(value -> !value.value().isEmpty()).forEach(ordered::add);
    if (ordered.isEmpty() || ordered.getLast().value().isEmpty()) {
      ordered.add(
          macros.select(HOST_NAME).stream()
              .filter(value -> !value.value().isEmpty())
              .findFirst()
              .orElse(NONE));
    }
    return ordered;
  }
}
