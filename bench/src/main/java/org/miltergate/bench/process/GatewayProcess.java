package org.miltergate.bench.process;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The gateway as a user runs it, in its own process. */
public record GatewayProcess(JavaProcess process) implements MailServer {

  /** Starts one in front of an SMTP server of this machine. */
  public static GatewayProcess start(
      Path folder, int nextHopPort, List<Filter> filters, boolean pipeline) throws IOException {
    return start(folder, settings(nextHopPort, filters, pipeline), List.of());
  }

  /** Writes the settings of one in front of an SMTP server of this machine. */
  public static String settings(int nextHopPort, List<Filter> filters, boolean pipeline) {
    StringBuilder config = new StringBuilder();
    config.append(String.format(Locale.ROOT, "next-hop: smtp://127.0.0.1:%d\n", nextHopPort));
    config.append("limits: {sessions-per-client: 1000}\n");
    config.append("chain:\n");
    for (int i = 0; i < filters.size(); i++) {
      config.append(
          String.format(
              Locale.ROOT,
              "  - {name: m%d, address: '%s', pipeline: %s}\n",
              i,
              filters.get(i).address(),
              pipeline));
    }
    return config.toString();
  }

  /**
   * Starts one on a free port.
   *
   * @param settings all except host name, listener, log and {@code client-names}
   * @param jvm options of its Java
   */
  public static GatewayProcess start(Path folder, String settings, List<String> jvm)
      throws IOException {
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
    return new GatewayProcess(
        JavaProcess.start(
            folder, jvm, "org.miltergate.app.Main", "run", "--config", file.toString()));
  }

  @Override
  public InetSocketAddress smtp() {
    return process.smtp();
  }

  @Override
  public long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    process.close();
  }
}
