package org.miltergate.peers.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A program that runs in the foreground as a child of the test; its output goes to a file.
 *
 * <p>Ended by SIGTERM, and by SIGKILL with all its children if that does not help within 5 seconds;
 * also when the test's own process ends before it. Thread-safe.
 */
public final class Daemon implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(30);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(10);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Set<Daemon> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(Daemon::kill)));
  }

  private final String name;
  private final Process process;
  private final Path output;

  private Daemon(String name, Process process, Path output) {
    this.name = name;
    this.process = process;
    this.output = output;
  }

  /** Starts a command whose current folder and home is {@code folder}. */
  public static Daemon start(Path folder, List<String> command) throws IOException {
    String name = Path.of(command.getFirst()).getFileName().toString();
    Path output = Files.createTempFile(folder, name + "-", ".out");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    setEnvironment(builder.environment(), folder);
    Daemon daemon = new Daemon(name, builder.start(), output);
    RUNNING.add(daemon);
    return daemon;
  }

  /** Runs a command to its end, which has to come within a minute and with status 0. */
  public static String run(Path folder, List<String> command) throws IOException {
    return run(folder, command, Duration.ofMinutes(1));
  }

  /** As {@link #run(Path, List)}, within another limit. */
  public static String run(Path folder, List<String> command, Duration limit) throws IOException {
    try (Daemon daemon = start(folder, command)) {
      String line = String.join(" ", command);
      if (!daemon.process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new IOException(
            "%s did not end within %s:%n%s".formatted(line, limit, daemon.output()));
      }
      if (daemon.process.exitValue() != 0) {
        throw new IOException(line + " failed:\n" + daemon.output());
      }
      return daemon.output();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** Nothing of the caller's own Perl, Python or language may change what a program does. */
  private static void setEnvironment(Map<String, String> environment, Path folder) {
    environment.clear();
    environment.put("HOME", folder.toString());
    environment.put("LANG", "C");
    environment.put("LC_ALL", "C");
    environment.put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    environment.put("TZ", "UTC");
  }

  /** Returns the number by which the system knows the process. */
  public long pid() {
    return process.pid();
  }

  public boolean isRunning() {
    return process.isAlive();
  }

  /**
   * Waits until the program does what it was started for.
   *
   * @param what that is, such as {@code listen}
   * @throws IOException if it ends before, or does not within 30 seconds; it is then stopped, and
   *     its output is in the message
   */
  public void awaitStart(String what, Callable<Boolean> condition) throws IOException {
    boolean timely = true;
    try {
      Awaitility.await()
          .pollDelay(Duration.ZERO)
          .pollInterval(POLL_INTERVAL)
          .atMost(START_LIMIT)
          .until(() -> condition.call() || !isRunning());
    } catch (ConditionTimeoutException e) {
      timely = false;
    }
    if (!timely || !isRunning()) {
      close();
      throw new IOException("%s does not %s:%n%s".formatted(this, what, output()));
    }
  }

  /** Returns what the program has printed so far. */
  public String output() {
    try {
      return new String(Files.readAllBytes(output), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the program and its children at once, without a chance to tidy up. */
  public void kill() {
    List<ProcessHandle> all = new ArrayList<>(List.of(process.toHandle()));
    try (Stream<ProcessHandle> children = process.descendants()) {
      all.addAll(children.toList());
    }
    all.forEach(ProcessHandle::destroyForcibly);
    RUNNING.remove(this);
  }

  /** Sends SIGTERM to the program alone. */
  public void terminate() {
    process.destroy();
  }

  /** Returns whether the program ends within {@code limit}. */
  public boolean awaitEnd(Duration limit) throws InterruptedException {
    return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    terminate();
    try {
      awaitEnd(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    kill();
  }

  @Override
  public String toString() {
    return name
        + " (pid "
        + process.pid()
        + (isRunning() ? ")" : ", ended " + process.exitValue() + ")");
  }
}
