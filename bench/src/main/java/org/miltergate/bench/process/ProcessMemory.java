package org.miltergate.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The memory that processes occupy, in KiB, from {@code /proc/PID/smaps_rollup} (Linux).
 *
 * @param resident all of it, pages that several share counted for each
 * @param proportional pages that several processes share are split among them
 */
public record ProcessMemory(long resident, long proportional) {

  public static ProcessMemory of(long pid) throws IOException {
    long resident = 0;
    long proportional = 0;
    for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "smaps_rollup"))) {
      if (line.startsWith("Rss:")) {
        resident = kibibytes(line);
      } else if (line.startsWith("Pss:")) {
        proportional = kibibytes(line);
      }
    }
    return new ProcessMemory(resident, proportional);
  }

  /** Returns the peak resident size since the process started. */
  public static long highest(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(ProcessMemory::kibibytes)
        .findFirst()
        .orElseThrow();
  }

  private static long kibibytes(String line) {
    return Long.parseLong(line.replaceAll("\\D", ""));
  }

  /** Adds up all children of a process and theirs that run such a program. */
  static ProcessMemory ofChildren(long pid, String program) throws IOException {
    long resident = 0;
    long proportional = 0;
    for (long child : children(pid, program)) {
      ProcessMemory one = of(child);
      resident += one.resident();
      proportional += one.proportional();
    }
    return new ProcessMemory(resident, proportional);
  }

  private static long[] children(long pid, String program) {
    try (Stream<ProcessHandle> all = ProcessHandle.of(pid).orElseThrow().descendants()) {
      return all.filter(one -> one.info().command().orElse("").endsWith("/" + program))
          .mapToLong(ProcessHandle::pid)
          .toArray();
    }
  }
}
