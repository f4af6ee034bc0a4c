package org.miltergate.gateway.admission;

import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts what clients do that a limit answers. Thread-safe. */
public final class EventCounters {
  private final Map<CountedEvent, LongAdder> counts = new EnumMap<>(CountedEvent.class);

  EventCounters() {
    for (CountedEvent event : CountedEvent.values()) {
      counts.put(event, new LongAdder());
    }
  }

  public void count(CountedEvent event) {
    LongAdder count = counts.get(event);
    if (count != null) {
      count.increment();
    }
  }

  /** Returns how often each event has happened, by its name, such as {@code talked-early}. */
  public SortedMap<String, Long> snapshot() {
    SortedMap<String, Long> snapshot = new TreeMap<>();
    counts.forEach((event, count) -> snapshot.put(event.label(), count.sum()));
    return snapshot;
  }

  /** Returns what has happened at all, as {@code name=number} with blanks; empty if nothing has. */
  public String summary() {
    StringBuilder summary = new StringBuilder();
    snapshot()
        .forEach((name, number) -> {
          if (number > 0) {
            summary.append(summary.isEmpty() ? "" : " ").append(name).append('=');
            summary.append(number);
          }
        });
    return summary.toString();
  }
}
