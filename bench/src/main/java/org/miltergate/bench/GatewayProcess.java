package org.miltergate.bench;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
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

/** The gateway as a user runs it, in a process of its own. */
final class GatewayProcess implements Closeable {
  private static final Duration START_LIMIT = Duration.ofSeconds(30);
  private static final Pattern LISTENING =
      Pattern.compile("^miltergate: listening on 127\\.0\\.0\\.1:(\\d+)$", Pattern.MULTILINE);

  private final Daemon daemon;
  private final InetSocketAddress smtp;

  private GatewayProcess(Daemon daemon, InetSocketAddress smtp) {
    this.daemon = daemon;
    this.smtp = smtp;
  }

  /** Starts one in front of an SMTP server of this machine. */
  static GatewayProcess start(Path folder, int nextHopPort, List<Filter> filters, boolean pipeline)
      throws IOException {
    StringBuilder config = new StringBuilder();
    config.append("next-hop: smtp://127.0.0.1:%d\n".formatted(nextHopPort));
    config.append("limits: {sessions-per-client: 1000}\n");
    config.append("chain:\n");
    for (int i = 0; i < filters.size(); i++) {
      config.append(
          "  - {name: m%d, address: '%s', pipeline: %s}\n"
              .formatted(i, filters.get(i).address(), pipeline));
    }
    return start(folder, config.toString(), List.of());
  }

  /**
   * Starts one on a free port.
   *
   * @param settings all but host name, listener, log and {@code client-names}
   * @param jvm options of its Java
   */
  static GatewayProcess start(Path folder, String settings, List<String> jvm) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("miltergate.yaml"),
            """
            hostname: mx.test
            listeners:
              - address: 127.0.0.1:0
            client-names: {lookup: false}
            log: {level: warn}
            """
                + settings);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvm);
    command.addAll(List.of("-cp", absoluteClassPath(), "org.miltergate.gateway.Main"));
    command.addAll(List.of("run", "--config", file.toString()));
    Daemon daemon = Daemon.start(folder, command);
    try {
      return new GatewayProcess(daemon, awaitListening(daemon));
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
    throw new IOException("the gateway does not listen:\n" + daemon.output());
  }

  InetSocketAddress smtp() {
    return smtp;
  }

  long pid() {
    return daemon.pid();
  }

  @Override
  public void close() {
    daemon.close();
  }
}
