package org.miltergate.it.edge;

import ch.qos.logback.classic.Level;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.miltergate.config.yaml.ConfigReader;
import org.miltergate.config.yaml.ConfigResult;
import org.miltergate.it.smtp.SmtpDialogue;
import org.miltergate.milter.chain.ChainListener;
import org.miltergate.peers.mta.LoggedGateway;
import org.miltergate.peers.process.Lab;

/**
 * A gateway in the test's own process, set up by the YAML that a user would write.
 *
 * <p>It calls itself {@code edge.test} and keeps its files in a folder of the lab.
 */
final class EdgeGateway implements Lab.Logged {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final LoggedGateway gateway;

  private EdgeGateway(LoggedGateway gateway) {
    this.gateway = gateway;
  }

  /** Starts one with these settings; {@code hostname} and folders are put before them. */
  static EdgeGateway start(Lab lab, String yaml) throws IOException {
    return lab.start(folder -> start(folder, yaml, Level.INFO));
  }

  /** As {@link #start}, but logs only what somebody should look at: for a great many messages. */
  static EdgeGateway startQuietly(Lab lab, String yaml) throws IOException {
    return lab.start(folder -> start(folder, yaml, Level.WARN));
  }

  private static EdgeGateway start(Path folder, String yaml, Level level) throws IOException {
    String text =
        "hostname: edge.test\nspool-directory: %s/spool\nquarantine:\n  directory: %s/held\n"
                .formatted(folder, folder)
            + yaml;
    ConfigResult result = new ConfigReader(name -> Optional.empty()).read("edge.yaml", text);
    return switch (result) {
      case ConfigResult.Valid valid ->
          new EdgeGateway(LoggedGateway.start(valid.config(), ChainListener.NONE, level));
      case ConfigResult.Invalid invalid ->
          throw new IllegalArgumentException(invalid.problems() + "\n" + text);
    };
  }

  /** Returns where the first listener is. */
  InetSocketAddress smtp() {
    return smtp(0);
  }

  InetSocketAddress smtp(int listener) {
    return gateway.addresses().get(listener);
  }

  int port() {
    return smtp().getPort();
  }

  int port(int listener) {
    return smtp(listener).getPort();
  }

  SmtpDialogue connect() throws IOException {
    return SmtpDialogue.connect(smtp());
  }

  List<String> logLines() {
    return gateway.logLines();
  }

  /** Waits until a line of the log contains all these texts, and returns it. */
  String awaitLog(String... texts) {
    return Awaitility.await("log with " + String.join(", ", texts))
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> find(texts), Optional::isPresent)
        .orElseThrow();
  }

  private Optional<String> find(String... texts) {
    return gateway.logLines().stream()
        .filter(line -> List.of(texts).stream().allMatch(line::contains))
        .findFirst();
  }

  @Override
  public String log() {
    return gateway.log();
  }

  @Override
  public void close() {
    gateway.close();
  }

  @Override
  public String toString() {
    return gateway.toString();
  }
}
