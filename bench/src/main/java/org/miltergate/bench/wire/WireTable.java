package org.miltergate.bench.wire;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.miltergate.bench.report.Comparison;

/** Time and memory for each packet, in a table. Not thread-safe. */
final class WireTable {
  private final String title;
  private final List<Way> ways;
  private final Map<String, Row> rows = new LinkedHashMap<>();

  /** What is done with a packet. */
  enum Way {
    ENCODE,
    DECODE
  }

  private record Cost(double nanos, double bytes) {}

  private record Row(double recordBytes, Map<Way, Cost> costs) {}

  /**
   * Begins a table.
   *
   * @param ways that of the MTA first
   */
  WireTable(String title, List<Way> ways) {
    this.title = title;
    this.ways = ways;
  }

  /** Begins a row. */
  void record(String packet, double recordBytes) {
    rows.put(packet, new Row(recordBytes, new EnumMap<>(Way.class)));
  }

  /** Fills a row that was begun. */
  void result(String packet, Way way, double nanos, double bytes) {
    Row row = Objects.requireNonNull(rows.get(packet), packet);
    row.costs().put(way, new Cost(nanos, bytes));
  }

  /**
   * Writes the table in Markdown. What an encoder takes is all beyond the record, which is there;
   * what a decoder takes is compared with the record and its texts, or with nothing where it
   * returns one that is always the same.
   */
  String toText() {
    StringBuilder text = new StringBuilder("### " + title + "\n\n| packet |");
    for (Way way : ways) {
      String name = name(way.name());
      text.append(" %s ns | %s B | beyond the record B |".formatted(name, name));
    }
    text.append(" the record B |\n|---|").append("---:|".repeat(3 * ways.size() + 1)).append('\n');
    rows.forEach((packet, row) -> text.append(line(packet, row)));
    return text.append('\n').toString();
  }

  private String line(String packet, Row row) {
    List<String> cells = new ArrayList<>(List.of(name(packet)));
    for (Way way : ways) {
      Cost cost = row.costs().get(way);
      if (cost == null) {
        cells.addAll(List.of("", "", ""));
      } else {
        double free = way == Way.DECODE ? row.recordBytes() : 0;
        cells.add(Comparison.text(cost.nanos()));
        cells.add(String.format(Locale.ROOT, "%.0f", cost.bytes()));
        cells.add(String.format(Locale.ROOT, "%.0f", Math.max(0, cost.bytes() - free)));
      }
    }
    cells.add(String.format(Locale.ROOT, "%.0f", row.recordBytes()));
    return "| " + String.join(" | ", cells) + " |\n";
  }

  private static String name(String constant) {
    return constant.toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
