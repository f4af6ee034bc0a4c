package org.miltergate.milter.session;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.MacroStage;
import org.miltergate.milter.wire.MacroValue;

/**
 * Chooses the macros that go before a command, and remembers what a milter has been told.
 *
 * <p>A full set goes out each time, never a difference. A macro that was sent and has no value any
 * more is sent once with an empty one: a libmilter filter would otherwise keep the old value, which
 * belonged to another message.
 */
final class MacroMemory {
  private final MacroLists lists;
  private final Map<MacroStage, List<Bytes>> told = new EnumMap<>(MacroStage.class);

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
    List<Bytes> now = values.size() == wanted.size() ? wanted : names(values);
    for (Bytes name : told.getOrDefault(stage, List.of())) {
      if (!now.contains(name)) {
        values.add(new MacroValue(name, Bytes.EMPTY));
      }
    }
    told.put(stage, now);
    return values;
  }

  private static List<Bytes> names(List<MacroValue> values) {
    List<Bytes> names = new ArrayList<>(values.size());
    for (MacroValue value : values) {
      names.add(value.name());
    }
    return names;
  }
}
