package org.miltergate.bench.process;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.miltergate.peers.process.Daemon;

/**
 * A Java program of this class path in its own process, which prints a line with "listening on
 * 127.0.0.1:" and its port.
 */
public record JavaProcess(Daemon daemon, InetSocketAddress smtp) implements MailServer {
  private static final Pattern LISTENING =
      Pattern.compile("^.*listening on 127\\.0\\.0\\.1:(\\d+)$", Pattern.MULTILINE);

  /**
   * Starts one.
   *
   * @param jvm options of its Java
   * @throws IOException if it does not report in time where it listens
   */
  public static JavaProcess start(
      Path folder, List<String> jvm, String mainClass, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvm);
    command.addAll(List.of("-cp", absoluteClassPath(), mainClass));
    command.addAll(List.of(arguments));
    Daemon daemon = Daemon.start(folder, command);
    return new JavaProcess(daemon, awaitListening(daemon));
  }

  private static String absoluteClassPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static InetSocketAddress awaitListening(Daemon daemon) throws IOException {
    daemon.awaitStart("listen", () -> portOf(daemon).isPresent());
    return new InetSocketAddress("127.0.0.1", portOf(daemon).orElseThrow());
  }

  private static Optional<Integer> portOf(Daemon daemon) {
    return LISTENING
        .matcher(daemon.output())
        .results()
        .map(line -> Integer.valueOf(line.group(1)))
        .findFirst();
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
