package org.miltergate.bench;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

  static GatewayProcess start(Path folder, int nextHopPort, List<Filter> filters, boolean pipeline)
      throws IOException {
    StringBuilder config = new StringBuilder();
    config.append("hostname: mx.test\nlisteners:\n  - address: 127.0.0.1:0\n");
    config.append("next-hop: smtp://127.0.0.1:%d\n".formatted(nextHopPort));
    config.append("client-names: {lookup: false}\nlog: {level: warn}\n");
    config.append("limits: {sessions-per-client: 1000}\n");
    config.append("chain:\n");
    for (int i = 0; i < filters.size(); i++) {
      config.append(
          "  - {name: m%d, address: '%s', pipeline: %s}\n"
              .formatted(i, filters.get(i).address(), pipeline));
    }
    Path file = Files.writeString(folder.resolve("miltergate.yaml"), config);
    Daemon daemon =
        Daemon.start(
            folder,
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                absoluteClassPath(),
                "org.miltergate.gateway.Main",
                "run",
                "--config",
                file.toString()));
    try {
      return new GatewayProcess(daemon, awaitListening(daemon));
    } catch (IOException e) {
      daemon.close();
      throw e;
    }
  }

  private static String absoluteClassPath() {
    return Path.of("bench/target/lib").toAbsolutePath() + "/*";
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

  @Override
  public void close() {
    daemon.close();
  }
}
