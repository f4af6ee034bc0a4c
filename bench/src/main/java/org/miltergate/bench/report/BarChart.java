package org.miltergate.bench.report;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Draws a comparison as an SVG image: a bar for each median, a line from lowest to highest. */
final class BarChart {
  private static final int WIDTH = 720;
  private static final int LABEL_WIDTH = 260;
  private static final int BAR_HEIGHT = 22;
  private static final int ROW_HEIGHT = 34;
  private static final int TOP = 44;
  private static final int MARGIN = 80;

  private BarChart() {}

  static String of(Comparison comparison) {
    double most =
        comparison.results().values().stream()
            .map(Collections::max)
            .max(Double::compare)
            .orElse(1.0);
    double scale = (WIDTH - LABEL_WIDTH - MARGIN) / most;
    int height = TOP + ROW_HEIGHT * comparison.results().size() + 10;
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            """
            <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" \
            viewBox="0 0 %1$d %2$d" font-family="sans-serif" font-size="13">
            <rect width="100%%" height="100%%" fill="white"/>
            <text x="10" y="24" font-size="15">%3$s, %4$s</text>
            """,
            WIDTH,
            height,
            escaped(comparison.title()),
            escaped(comparison.unit())));
    int y = TOP;
    for (Map.Entry<String, List<Double>> entry : comparison.results().entrySet()) {
      double median = comparison.median(entry.getKey());
      double low = LABEL_WIDTH + Collections.min(entry.getValue()) * scale;
      double high = LABEL_WIDTH + Collections.max(entry.getValue()) * scale;
      int middle = y + BAR_HEIGHT / 2;
      svg.append(
          String.format(
              Locale.ROOT,
              """
              <text x="10" y="%d">%s</text>
              <rect x="%d" y="%d" width="%.1f" height="%d" fill="#4a7fb5"/>
              <line x1="%.1f" y1="%d" x2="%.1f" y2="%d" stroke="#222"/>
              <text x="%.1f" y="%d">%s</text>
              """,
              middle + 5,
              escaped(entry.getKey()),
              LABEL_WIDTH,
              y,
              median * scale,
              BAR_HEIGHT,
              low,
              middle,
              high,
              middle,
              high + 6,
              middle + 5,
              Comparison.text(median)));
      y += ROW_HEIGHT;
    }
    return svg.append("</svg>\n").toString();
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }
}
