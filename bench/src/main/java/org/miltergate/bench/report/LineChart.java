package org.miltergate.bench.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Draws a sweep as an SVG image: a line for each contender, its name at the end of it. The lines
 * differ in dashes and marks too, not only in colour.
 */
final class LineChart {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 400;
  private static final int LEFT = 70;
  private static final int RIGHT = 195;
  private static final int TOP = 60;
  private static final int BOTTOM = 50;
  private static final int LABEL_HEIGHT = 16;
  private static final int DIGIT_WIDTH = 8;

  private final Sweep sweep;
  private final int lowestX;
  private final int highestX;
  private final List<Double> rounds;
  private final StringBuilder svg = new StringBuilder();

  private LineChart(Sweep sweep) {
    this.sweep = sweep;
    lowestX = Collections.min(sweep.points().keySet());
    highestX = Collections.max(sweep.points().keySet());
    List<Double> all =
        sweep.contenders().stream().flatMap(name -> sweep.medians(name).values().stream()).toList();
    rounds = sweep.y().roundValues(Collections.min(all), Collections.max(all));
  }

  static String of(Sweep sweep) {
    LineChart chart = new LineChart(sweep);
    chart.frame();
    chart.horizontalAxis();
    chart.verticalAxis();
    chart.lines();
    return chart.svg.append("</svg>\n").toString();
  }

  private void frame() {
    svg.append(
        String.format(
            Locale.ROOT,
            """
            <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" \
            viewBox="0 0 %1$d %2$d" font-family="sans-serif" font-size="13">
            <rect width="100%%" height="100%%" fill="white"/>
            <text x="10" y="24" font-size="15">%3$s</text>
            <text x="10" y="44">%4$s</text>
            """,
            WIDTH,
            HEIGHT,
            escaped(sweep.title()),
            escaped(sweep.y().label())));
  }

  private void horizontalAxis() {
    double free = WIDTH;
    for (int size : sweep.points().keySet().stream().sorted(Comparator.reverseOrder()).toList()) {
      double x = x(size);
      String label = sweep.x().text(size);
      double half = label.length() * DIGIT_WIDTH / 2.0;
      svg.append(line(x, bottom(), x, bottom() + 4, "#222"));
      if (x + half < free) {
        svg.append(text(x, bottom() + 18, "middle", label));
        free = x - half - DIGIT_WIDTH;
      }
    }
    svg.append(text((LEFT + right()) / 2.0, HEIGHT - 10, "middle", sweep.x().label()));
  }

  private void verticalAxis() {
    for (double value : rounds) {
      svg.append(line(LEFT, y(value), right(), y(value), "#ddd"));
      svg.append(text(LEFT - 6, y(value) + 4, "end", sweep.y().text(value)));
    }
    svg.append(line(LEFT, bottom(), right(), bottom(), "#222"));
  }

  private void lines() {
    List<Label> labels = new ArrayList<>();
    for (String name : sweep.contenders()) {
      LineStyle style = LineStyle.of(name);
      StringBuilder path = new StringBuilder();
      StringBuilder marks = new StringBuilder();
      double x = 0;
      double y = 0;
      for (Map.Entry<Integer, Double> point : sweep.medians(name).entrySet()) {
        x = x(point.getKey());
        y = y(point.getValue());
        path.append(String.format(Locale.ROOT, "%s%.1f,%.1f", path.isEmpty() ? "" : " ", x, y));
        marks.append(style.mark(x, y));
      }
      svg.append(style.line(path.toString())).append(marks);
      labels.add(new Label(name, style, x, y));
    }
    label(labels);
  }

  /** Puts the names beside the ends of the lines, moved apart where they would overlap. */
  private void label(List<Label> labels) {
    List<Label> sorted = labels.stream().sorted(Comparator.comparingDouble(Label::y)).toList();
    double[] places = new double[sorted.size()];
    for (int i = 0; i < places.length; i++) {
      double next = i == 0 ? TOP : places[i - 1] + LABEL_HEIGHT;
      places[i] = Math.max(next, sorted.get(i).y());
    }
    for (int i = places.length - 1; i >= 0; i--) {
      double next = i == places.length - 1 ? bottom() : places[i + 1] - LABEL_HEIGHT;
      places[i] = Math.min(next, places[i]);
    }
    for (int i = 0; i < places.length; i++) {
      Label label = sorted.get(i);
      svg.append(line(label.x() + 6, label.y(), right() + 16, places[i], label.style().colour()));
      svg.append(text(right() + 20, places[i] + 4, "start", label.name()));
    }
  }

  private double x(double value) {
    return LEFT + sweep.x().place(value, lowestX, highestX) * (right() - LEFT);
  }

  private double y(double value) {
    double place = sweep.y().place(value, rounds.getFirst(), rounds.getLast());
    return bottom() - place * (bottom() - TOP);
  }

  private static int right() {
    return WIDTH - RIGHT;
  }

  private static int bottom() {
    return HEIGHT - BOTTOM;
  }

  private static String line(double x1, double y1, double x2, double y2, String colour) {
    return String.format(
        Locale.ROOT,
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>\n",
        x1,
        y1,
        x2,
        y2,
        colour);
  }

  private static String text(double x, double y, String anchor, String text) {
    return String.format(
        Locale.ROOT,
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n",
        x,
        y,
        anchor,
        escaped(text));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }

  private record Label(String name, LineStyle style, double x, double y) {}
}
