package org.miltergate.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** How long processes were on a CPU, from {@code /proc} (Linux), in steps of 10 ms. */
public final class CpuTime {
  /** {@code sysconf(_SC_CLK_TCK)}, the same on every Linux. */
  private static final double TICKS_PER_SECOND = 100;

  private static final int USER = 11; // positions after the program's name
  private static final int KERNEL = 12;
  private static final int ENDED_USER = 13;
  private static final int ENDED_KERNEL = 14;

  private CpuTime() {}

  /** Returns the seconds of a process and of all its children, living and ended; 0 for no pid. */
  public static double seconds(long pid) throws IOException {
    if (pid == 0) {
      return 0;
    }
    long ticks = 0;
    try (Stream<ProcessHandle> children =
        ProcessHandle.of(pid).stream().flatMap(ProcessHandle::descendants)) {
      long[] all =
          LongStream.concat(LongStream.of(pid), children.mapToLong(ProcessHandle::pid)).toArray();
      for (long one : all) {
        ticks += ticks(one, USER, KERNEL, ENDED_USER, ENDED_KERNEL);
      }
    }
    return ticks / TICKS_PER_SECOND;
  }

  /** Returns the seconds of all programs that this process has started and that have ended. */
  public static double secondsOfEndedChildren() throws IOException {
    return ticks(ProcessHandle.current().pid(), ENDED_USER, ENDED_KERNEL) / TICKS_PER_SECOND;
  }

  private static long ticks(long pid, int... places) throws IOException {
    String line;
    try {
      line = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    } catch (NoSuchFileException e) {
      return 0; // it has just ended, and is counted with its parent
    }
    String[] words = line.substring(line.lastIndexOf(')') + 2).split(" ");
    long sum = 0;
    for (int place : places) {
      sum += Long.parseLong(words[place]);
    }
    return sum;
  }
}
