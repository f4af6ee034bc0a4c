package org.miltergate.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** How many files this process may open, from {@code /proc/self/limits} (Linux). */
public final class OpenFiles {
  private static final String LINE = "Max open files";
  private static final int HARD = 1; // after the name: soft, hard, unit

  private OpenFiles() {}

  /**
   * Checks that a process can open this many. Java raises the soft limit to the hard one itself.
   *
   * @throws IOException if the hard limit is lower; the message says what to do
   */
  public static void require(long files, String what) throws IOException {
    List<String> limits = Files.readAllLines(Path.of("/proc/self/limits"));
    for (String line : limits) {
      if (line.startsWith(LINE)) {
        String hard = line.substring(LINE.length()).strip().split(" +")[HARD];
        if (!hard.equals("unlimited") && Long.parseLong(hard) < files) {
          throw new IOException(
              String.format(
                  Locale.ROOT,
                  "%s needs %d open files, the hard limit is %s: raise it (ulimit -Hn %d), or name"
                      + " fewer",
                  what,
                  files,
                  hard,
                  files));
        }
      }
    }
  }
}
