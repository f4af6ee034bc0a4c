package org.miltergate.gateway.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.miltergate.net.Watchdog;

/** What this process holds open, counted before and after; every wait is 20 seconds at most. */
public final class Leftovers {
  private static final Duration AMPLE = Duration.ofSeconds(20);

  private final int descriptors = descriptors();
  private final int watches = Watchdog.shared().size();
  private final int platformThreads = Thread.getAllStackTraces().size();
  private final long virtualThreads;

  private Leftovers(long virtualThreads) {
    this.virtualThreads = virtualThreads;
  }

  /** Counts what is there now. */
  public static Leftovers before() throws IOException {
    return new Leftovers(virtualThreads());
  }

  /** Waits until no descriptor and no watch is there that was not there before. */
  public void awaitNoDescriptor() {
    Awaitility.await()
        .atMost(AMPLE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .untilAsserted(() -> {
          assertThat(Watchdog.shared().size()).as("watches").isLessThanOrEqualTo(watches);
          assertThat(descriptors()).as("descriptors").isLessThanOrEqualTo(descriptors);
        });
  }

  /** Waits until no thread is there that was not there before, except for carriers. */
  public void awaitNoThread() {
    int carriers = Runtime.getRuntime().availableProcessors() + 4;
    Awaitility.await()
        .atMost(AMPLE)
        .pollDelay(Duration.ZERO)
        .untilAsserted(() -> {
          assertThat(virtualThreads()).as("virtual threads").isLessThanOrEqualTo(virtualThreads);
          assertThat(Thread.getAllStackTraces().size())
              .as("threads")
              .isLessThanOrEqualTo(platformThreads + carriers);
        });
  }

  /** Counts them as Linux shows them; elsewhere there is nothing to compare. */
  private static int descriptors() {
    String[] names = new File("/proc/self/fd").list();
    return names == null ? 0 : names.length;
  }

  /** Asks the JDK's own tool: the language has no way to list virtual threads. */
  private static long virtualThreads() throws IOException {
    Path folder = Files.createTempDirectory("threads");
    Path dump = folder.resolve("dump.txt");
    Path tool = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    String pid = Long.toString(ProcessHandle.current().pid());
    Process process =
        new ProcessBuilder(List.of(tool.toString(), pid, "Thread.dump_to_file", dump.toString()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertThat(process.waitFor()).as("exit status of jcmd").isZero();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    try (Stream<String> lines = Files.lines(dump)) {
      return lines.filter(line -> line.startsWith("#") && line.contains("virtual")).count();
    } finally {
      Files.delete(dump);
      Files.delete(folder);
    }
  }
}
