package org.miltergate.peers.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.stream.Stream;

/**
 * A test's workplace: its own folder, and everything that was started for the test.
 *
 * <p>All of it ends with the test, the last first; if the test has failed, logs are printed before.
 * Given to test methods as a parameter by {@link LabExtension}. Not thread-safe; use from one
 * thread at a time.
 */
public final class Lab implements AutoCloseable {
  private final Path folder;
  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private int folders;

  private Lab(Path folder) {
    this.folder = folder;
  }

  /** Something with a log that helps to understand a failure. */
  public interface Logged extends AutoCloseable {
    String log();

    @Override
    void close();
  }

  /** Starts something in its own folder. */
  @FunctionalInterface
  public interface Starter<T extends AutoCloseable> {
    T start(Path folder) throws IOException;
  }

  static Lab open() throws IOException {
    // Other users have to reach what is theirs below, but need not list it.
    Path folder = Files.createTempDirectory("miltergate-it-");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    return new Lab(folder);
  }

  /** Creates a new folder that everybody can enter and read. */
  public Path newFolder() throws IOException {
    Path made = Files.createDirectory(folder.resolve(Integer.toString(++folders)));
    Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
    return made;
  }

  /** Starts something that ends with the test. */
  public <T extends AutoCloseable> T start(Starter<T> starter) throws IOException {
    return add(starter.start(newFolder()));
  }

  /** Takes over the end of something that was started elsewhere. */
  public <T extends AutoCloseable> T add(T running) {
    started.push(running);
    return running;
  }

  /** Prints the logs of all that was started. */
  void printLogs(String test) {
    StringBuilder text = new StringBuilder("---- logs of ").append(test).append('\n');
    started.forEach(running -> {
      if (running instanceof Logged logged) {
        text.append("-- ").append(running).append('\n').append(logged.log()).append('\n');
      }
    });
    System.err.println(text);
  }

  @Override
  public void close() throws Exception {
    Exception first = null;
    while (!started.isEmpty()) {
      try {
        started.pop().close();
      } catch (Exception e) {
        first = first == null ? e : first;
      }
    }
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
