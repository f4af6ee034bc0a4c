package org.miltergate.bench.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The same comparison at several sizes: how what is measured grows.
 *
 * @param title what was measured, and under which conditions
 * @param x what grows
 * @param y what was measured
 * @param points a comparison for each size, in ascending order; a contender may be missing from all
 *     except the last
 */
public record Sweep(String title, Axis x, Axis y, Map<Integer, Comparison> points) {
  /** Creates the contenders for one size. */
  @FunctionalInterface
  public interface Contenders {
    List<Contender> at(int size) throws Exception;
  }

  /** Measures one size after another. */
  public static Sweep run(
      String title, Axis x, Axis y, int rounds, List<Integer> sizes, Contenders contenders)
      throws Exception {
    Map<Integer, Comparison> points = new LinkedHashMap<>();
    for (int size : sizes) {
      String point = title + ", " + x.text(size);
      points.put(size, Comparison.run(point, y.label(), rounds, contenders.at(size)));
    }
    return new Sweep(title, x, y, points);
  }

  /** Returns the contenders of the largest size, where none is missing. */
  List<String> contenders() {
    return List.copyOf(List.copyOf(points.values()).getLast().results().keySet());
  }

  /** Returns the medians of a contender at the sizes that it was measured at. */
  Map<Integer, Double> medians(String contender) {
    Map<Integer, Double> medians = new LinkedHashMap<>();
    points.forEach((size, comparison) -> {
      if (comparison.results().containsKey(contender)) {
        medians.put(size, comparison.median(contender));
      }
    });
    return medians;
  }

  /**
   * Writes a table in Markdown: the medians, what the others are of the first contender's, and the
   * widest distance of lowest and highest result from each other in percent of their median.
   */
  String toTable() {
    List<String> names = contenders();
    StringBuilder table = new StringBuilder("### " + title + "\n\n");
    table.append("Medians of ").append(y.label()).append(".\n\n");
    table.append("| ").append(x.label()).append(" | ").append(String.join(" | ", names));
    table.append(" | ratios | widest spread |\n|---:").append("|---:".repeat(names.size() + 2));
    table.append("|\n");
    points.forEach((size, comparison) -> {
      List<String> cells = new ArrayList<>(List.of(x.text(size)));
      names.forEach(name -> cells.add(cell(comparison, name)));
      cells.add(ratios(comparison, names));
      cells.add(String.format(Locale.ROOT, "%.0f %%", 100 * widestSpread(comparison)));
      table.append("| ").append(String.join(" | ", cells)).append(" |\n");
    });
    return table.append('\n').append(slopes(names)).toString();
  }

  private static String cell(Comparison comparison, String name) {
    return comparison.results().containsKey(name) ? Comparison.text(comparison.median(name)) : "";
  }

  private static String ratios(Comparison comparison, List<String> names) {
    if (!comparison.results().containsKey(names.getFirst())) {
      return "";
    }
    return names.stream()
        .skip(1)
        .filter(comparison.results()::containsKey)
        .map(name -> String.format(Locale.ROOT, "%.2f", comparison.ratio(name)))
        .collect(Collectors.joining(" · "));
  }

  private static double widestSpread(Comparison comparison) {
    return comparison.results().entrySet().stream()
        .mapToDouble(entry ->
            (Collections.max(entry.getValue()) - Collections.min(entry.getValue()))
                / comparison.median(entry.getKey()))
        .max()
        .orElse(0);
  }

  /** Returns what one more costs, if both axes are linear. */
  private String slopes(List<String> names) {
    if (x.scale() != Axis.Scale.LINEAR || y.scale() != Axis.Scale.LINEAR) {
      return "";
    }
    return names.stream()
        .map(name -> "%s (%s)".formatted(Comparison.text(slope(medians(name))), name))
        .collect(Collectors.joining(", ", "One more, from first to last: ", ".\n\n"));
  }

  private static double slope(Map<Integer, Double> medians) {
    List<Map.Entry<Integer, Double>> all = List.copyOf(medians.entrySet());
    Map.Entry<Integer, Double> from = all.getFirst();
    Map.Entry<Integer, Double> to = all.getLast();
    return all.size() < 2 ? 0 : (to.getValue() - from.getValue()) / (to.getKey() - from.getKey());
  }
}
