package org.miltergate.bench;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.miltergate.it.process.Daemon;

/**
 * A Java program of this class path in a process of its own, which prints a line with "listening on
 * 127.0.0.1:" and its port.
 */
record JavaProcess(Daemon daemon, InetSocketAddress smtp) implements MailServer {
  private static final Duration START_LIMIT = Duration.ofSeconds(30);
  private static final Pattern LISTENING =
      Pattern.compile("^.*listening on 127\\.0\\.0\\.1:(\\d+)$", Pattern.MULTILINE);

  /**
   * Starts one.
   *
   * @param jvm options of its Java
   * @throws IOException if it does not say in time where it listens
   */
  static JavaProcess start(Path folder, List<String> jvm, String mainClass, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvm);
    command.addAll(List.of("-cp", absoluteClassPath(), mainClass));
    command.addAll(List.of(arguments));
    Daemon daemon = Daemon.start(folder, command);
    try {
      return new JavaProcess(daemon, awaitListening(daemon));
    } catch (IOException e) {
      daemon.close();
      throw e;
    }
  }

  private static String absoluteClassPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static InetSocketAddress awaitListening(Daemon daemon) throws IOException {
    long end = System.nanoTime() + START_LIMIT.toNanos();
    while (daemon.isRunning() && System.nanoTime() < end) {
      Matcher matcher = LISTENING.matcher(daemon.output());
      if (matcher.find()) {
        return new InetSocketAddress("127.0.0.1", Integer.parseInt(matcher.group(1)));
      }
      try {
        TimeUnit.MILLISECONDS.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    throw new IOException(daemon + " does not listen:\n" + daemon.output());
  }

  @Override
  public long pid() {
    return daemon.pid();
  }

  @Override
  public void close() {
    daemon.close();
  }
}
