package org.miltergate.bench.report;

import java.util.Locale;

/** How a line of a plot looks: peers in grey with squares, ours in blue with circles. */
enum LineStyle {
  GREY("#777777", ""),
  BLUE("#4a7fb5", ""),
  DASHED_GREY("#777777", "7 4"),
  DASHED_BLUE("#4a7fb5", "7 4");

  private final String colour;
  private final String dashes;

  LineStyle(String colour, String dashes) {
    this.colour = colour;
    this.dashes = dashes;
  }

  /** Returns the style of a contender; the lines of those that pipeline are dashed. */
  static LineStyle of(String contender) {
    boolean pipelines = contender.contains("pipeline");
    return contender.startsWith("Miltergate")
        ? pipelines ? DASHED_BLUE : BLUE
        : pipelines ? DASHED_GREY : GREY;
  }

  String colour() {
    return colour;
  }

  /** Draws a line through points, written as SVG does. */
  String line(String points) {
    String dash = dashes.isEmpty() ? "" : " stroke-dasharray=\"" + dashes + "\"";
    return "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"%s/>\n"
        .formatted(points, colour, dash);
  }

  /** Draws a point. */
  String mark(double x, double y) {
    return switch (this) {
      case GREY, DASHED_GREY ->
          String.format(
              Locale.ROOT,
              "<rect x=\"%.1f\" y=\"%.1f\" width=\"7\" height=\"7\" fill=\"%s\"/>\n",
              x - 3.5,
              y - 3.5,
              colour);
      case BLUE, DASHED_BLUE ->
          String.format(
              Locale.ROOT, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>\n", x, y, colour);
    };
  }
}
