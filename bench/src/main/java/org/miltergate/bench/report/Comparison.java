package org.miltergate.bench.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The results of contenders that took turns.
 *
 * @param title what was measured
 * @param unit of the results
 * @param results by contender, in order; the others are compared with the first
 */
public record Comparison(String title, String unit, Map<String, List<Double>> results) {

  /** Runs all contenders {@code rounds} times, one after another in each round. */
  public static Comparison run(String title, String unit, int rounds, List<Contender> contenders)
      throws Exception {
    Map<String, List<Double>> results = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      for (Contender contender : contenders) {
        if (Thread.interrupted()) {
          throw new InterruptedException("told to end");
        }
        double result = contender.run().measure();
        results.computeIfAbsent(contender.name(), name -> new ArrayList<>()).add(result);
        System.err.printf(
            Locale.ROOT,
            "%s, round %d: %s %s %s%n",
            title,
            round + 1,
            contender.name(),
            text(result),
            unit);
      }
    }
    return new Comparison(title, unit, results);
  }

  public double median(String contender) {
    return median(results.getOrDefault(contender, List.of()));
  }

  public static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** Returns the median as a multiple of the first contender's. */
  double ratio(String contender) {
    return median(contender) / median(results.keySet().iterator().next());
  }

  /** Writes a table in Markdown: median, lowest and highest result, and the ratio. */
  String toTable() {
    StringBuilder table = new StringBuilder("### " + title + "\n\n");
    table.append(
        "| | median %s | lowest | highest | ratio |\n|---|---:|---:|---:|---:|\n".formatted(unit));
    results.forEach((name, all) ->
        table.append(
            String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s | %.2f |\n",
                name,
                text(median(name)),
                text(Collections.min(all)),
                text(Collections.max(all)),
                ratio(name))));
    return table.append('\n').toString();
  }

  /** Writes a result with at least three digits. */
  public static String text(double result) {
    double size = Math.abs(result);
    String form = size < 1 ? "%.3f" : size < 10 ? "%.2f" : size < 100 ? "%.1f" : "%,.0f";
    return String.format(Locale.ROOT, form, result);
  }
}
