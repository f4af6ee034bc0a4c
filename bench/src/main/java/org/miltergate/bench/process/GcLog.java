package org.miltergate.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The heap sizes in the garbage collector's log ({@code -Xlog:gc}), in MiB.
 *
 * @param before the maximum in use before a collection
 * @param after the maximum in use after a collection
 */
public record GcLog(double before, double after) {
  private static final Pattern PAUSE = Pattern.compile("Pause .* (\\d+)M->(\\d+)M\\(\\d+M\\)");

  public static GcLog read(Path file) throws IOException {
    double before = 0;
    double after = 0;
    for (String line : Files.readAllLines(file)) {
      Matcher pause = PAUSE.matcher(line);
      if (pause.find()) {
        before = Math.max(before, Double.parseDouble(pause.group(1)));
        after = Math.max(after, Double.parseDouble(pause.group(2)));
      }
    }
    return new GcLog(before, after);
  }
}
