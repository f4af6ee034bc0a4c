package org.miltergate.config.yaml;

import java.util.Comparator;
import java.util.Objects;

/**
 * A problem or a warning about a file.
 *
 * @param file name of the file, as it was given
 * @param line counted from 1; 0 for the whole file
 * @param column counted from 1; 0 for the whole file
 * @param path of the setting, such as {@code chain[0].connect-timeout}; empty for none
 * @param text what was found and what is expected
 */
public record Problem(String file, int line, int column, String path, String text)
    implements Comparable<Problem> {
  private static final Comparator<Problem> ORDER =
      Comparator.comparingInt(Problem::line)
          .thenComparingInt(Problem::column)
          .thenComparing(Problem::path)
          .thenComparing(Problem::text)
          .thenComparing(Problem::file);

  public Problem {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(text, "text");
  }

  /** Orders by place in the file. */
  @Override
  public int compareTo(Problem other) {
    return ORDER.compare(this, other);
  }

  /** Writes {@code file:line:column: path: text}; what is missing is left out. */
  @Override
  public String toString() {
    return toString("");
  }

  /**
   * Writes {@code file:line:column: word: path: text}, as compilers do.
   *
   * @param word such as {@code warning}; empty for none
   */
  public String toString(String word) {
    String place = line == 0 ? file : file + ":" + line + ":" + column;
    return place
        + ": "
        + (word.isEmpty() ? "" : word + ": ")
        + (path.isEmpty() ? "" : path + ": ")
        + text;
  }
}
