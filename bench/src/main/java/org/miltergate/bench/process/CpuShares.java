package org.miltergate.bench.process;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.miltergate.bench.report.Comparison;

/** The CPU time per message, by contender and by process. */
public final class CpuShares {
  /** The processes. */
  public enum Part {
    SERVER("server"),
    FILTERS("filters"),
    SOURCE("smtp-source"),
    SINK("smtp-sink");

    private final String text;

    Part(String text) {
      this.text = text;
    }
  }

  private final String title;
  private final Map<String, Map<Part, List<Double>>> micros = new LinkedHashMap<>();

  public CpuShares(String title) {
    this.title = title;
  }

  /** Records one run. */
  public void add(String contender, Map<Part, Double> microsPerMessage) {
    Map<Part, List<Double>> all =
        micros.computeIfAbsent(contender, name -> new EnumMap<>(Part.class));
    microsPerMessage.forEach(
        (part, value) -> all.computeIfAbsent(part, p -> new ArrayList<>()).add(value));
  }

  /** Compares only the servers; empty where there is no server. */
  public Comparison ofServers() {
    Map<String, List<Double>> servers = new LinkedHashMap<>();
    micros.forEach((name, parts) -> {
      List<Double> values = parts.getOrDefault(Part.SERVER, List.of());
      if (values.stream().anyMatch(value -> value > 0)) {
        servers.put(name, values);
      }
    });
    return new Comparison(title + ": CPU time of the server", "µs/message", servers);
  }

  /** Writes a table in Markdown with the medians of all. */
  public String toTable() {
    StringBuilder table = new StringBuilder("### " + title + ": CPU time of all\n\n");
    table.append("| µs/message, medians |");
    StringBuilder line = new StringBuilder("|---|");
    for (Part part : Part.values()) {
      table.append(' ').append(part.text).append(" |");
      line.append("---:|");
    }
    table.append(" together |\n").append(line).append("---:|\n");
    micros.forEach((name, parts) -> {
      table.append("| ").append(name).append(" |");
      double sum = 0;
      for (Part part : Part.values()) {
        double median = Comparison.median(parts.getOrDefault(part, List.of(0.0)));
        sum += median;
        table.append(' ').append(Comparison.text(median)).append(" |");
      }
      table.append(' ').append(Comparison.text(sum)).append(" |\n");
    });
    return table.append('\n').toString();
  }
}
