package org.miltergate.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/**
 * What one direction of a plot shows.
 *
 * @param label with the unit
 * @param text writes a value
 */
public record Axis(String label, Scale scale, DoubleFunction<String> text) {
  /** How values are placed along an axis. */
  public enum Scale {
    /** Linear from zero, so that a constant cost per item is a straight line. */
    LINEAR,
    /** Equal distances for equal ratios; all values are above zero. */
    LOGARITHMIC
  }

  /** Creates an axis of numbers. */
  public static Axis of(String label, Scale scale) {
    return new Axis(label, scale, Axis::number);
  }

  /** Creates an axis of sizes. */
  public static Axis ofBytes(String label, Scale scale) {
    return new Axis(label, scale, Axis::bytes);
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%,d", (long) value)
        : Comparison.text(value);
  }

  private static String bytes(double value) {
    return value < 1 << 20
        ? String.format(Locale.ROOT, "%.0f KiB", value / (1 << 10))
        : String.format(Locale.ROOT, "%.0f MiB", value / (1 << 20));
  }

  String text(double value) {
    return text.apply(value);
  }

  /** Returns the position of a value on the axis, from 0 at its beginning to 1 at its end. */
  double place(double value, double lowest, double highest) {
    double place =
        switch (scale) {
          case LINEAR -> value / highest;
          case LOGARITHMIC -> Math.log(value / lowest) / Math.log(highest / lowest);
        };
    return Double.isFinite(place) ? place : 0;
  }

  /** Returns round values to draw lines at, the first at or below {@code lowest}. */
  List<Double> roundValues(double lowest, double highest) {
    return switch (scale) {
      case LINEAR -> multiples(highest);
      case LOGARITHMIC -> powers(lowest, highest);
    };
  }

  /** Returns five to ten multiples of 1, 2 or 5 times a power of ten; the last is at the end. */
  private static List<Double> multiples(double highest) {
    double step = Math.pow(10, Math.floor(Math.log10(highest)));
    if (highest / step < 2) {
      step /= 5;
    } else if (highest / step < 5) {
      step /= 2;
    }
    List<Double> values = new ArrayList<>();
    for (int i = 0; i <= Math.ceil(highest / step); i++) {
      values.add(i * step);
    }
    return values;
  }

  /** Returns 1, 2 and 5 times powers of ten, or powers alone if there would be many. */
  private static List<Double> powers(double lowest, double highest) {
    List<Double> values = new ArrayList<>();
    double[] factors = highest / lowest > 50 ? new double[] {1} : new double[] {1, 2, 5};
    double power = Math.pow(10, Math.floor(Math.log10(lowest)));
    while (values.isEmpty() || values.getLast() < highest) {
      for (double factor : factors) {
        if (values.isEmpty() || values.getLast() < highest) {
          values.add(factor * power);
        }
        if (values.size() > 1 && values.get(1) <= lowest) {
          values.removeFirst();
        }
      }
      power *= 10;
    }
    return values;
  }
}
