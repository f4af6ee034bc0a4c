package org.miltergate.bench;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.miltergate.bench.load.DiscardingMilter;
import org.miltergate.bench.load.MailLoad;
import org.miltergate.bench.load.MailRun;
import org.miltergate.bench.process.CpuShares;
import org.miltergate.bench.process.GatewayProcess;
import org.miltergate.bench.process.MailServer;
import org.miltergate.bench.process.NoServer;
import org.miltergate.bench.process.PostfixServer;
import org.miltergate.bench.process.Sink;
import org.miltergate.bench.process.WorkFolder;
import org.miltergate.bench.report.Comparison;
import org.miltergate.bench.report.Contender;
import org.miltergate.bench.report.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Large messages: how many bytes per second are relayed, and how many are received. */
@Command(
    name = "large",
    description =
        "Sends large messages by smtp-source (Debian: postfix; as root) straight to "
            + "smtp-sink, through Postfix and through the gateway; and to a gateway that "
            + "discards them, as smtp-sink does.",
    mixinStandardHelpOptions = true)
final class LargeBench implements Callable<Integer> {
  private static final String TITLE = "Large messages";

  @Option(
      names = "--messages",
      paramLabel = "N",
      description = "of each run; default ${DEFAULT-VALUE}")
  private int messages = 100;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      description =
          "messages through each gateway before the first round; default ${DEFAULT-VALUE}")
  private int warmUp = 100;

  @Option(
      names = "--sessions",
      paramLabel = "N",
      description = "at the same time; default ${DEFAULT-VALUE}")
  private int sessions = 4;

  @Option(
      names = "--size",
      paramLabel = "BYTES",
      description = "of each message's content; default ${DEFAULT-VALUE}")
  private int size = 10 << 20;

  @Option(
      names = "--java-options",
      paramLabel = "OPTIONS",
      split = " ",
      description = "of the gateways' Java, with spaces between")
  private List<String> jvm = List.of();

  @Mixin private Report report = new Report();

  @Override
  public Integer call() throws Exception {
    try (WorkFolder folder = WorkFolder.create();
        Sink sink = Sink.start(folder.sub("sink"));
        DiscardingMilter milter = DiscardingMilter.start();
        Servers servers = new Servers(new LinkedHashMap<>())) {
      servers.add("nothing: smtp-source to smtp-sink", new NoServer(sink.smtp()));
      servers.add("Postfix", PostfixServer.start(folder.sub("postfix"), sink.port(), List.of()));
      String relaying = String.format(Locale.ROOT, "next-hop: smtp://127.0.0.1:%d\n", sink.port());
      servers.add("Miltergate", gateway(folder.sub("relay"), relaying));
      String discarding = "chain: [{name: discard, address: '%s'}]\n".formatted(milter.address());
      servers.add("Miltergate that discards", gateway(folder.sub("discard"), discarding));
      compare(folder, sink, servers.byName());
    }
    return 0;
  }

  private MailServer gateway(Path folder, String settings) throws IOException {
    String limits = String.format(Locale.ROOT, "limits: {message-size: %d}\n", 2L * size);
    return GatewayProcess.start(folder, settings + limits, jvm);
  }

  private void compare(WorkFolder folder, Sink sink, Map<String, MailServer> servers)
      throws Exception {
    CpuShares shares = new CpuShares(TITLE);
    MailLoad load = new MailLoad(sessions, messages, size);
    MailRun run = new MailRun(folder, sink, List.of(), load, shares);
    List<Contender> contenders = new ArrayList<>();
    for (Map.Entry<String, MailServer> one : servers.entrySet()) {
      String name = one.getKey();
      MailServer server = one.getValue();
      if (server instanceof GatewayProcess) {
        run.warmUp(server, warmUp);
      }
      contenders.add(new Contender(name, () -> run.messagesPerSecond(name, server) * size / 1e6));
    }
    report.show(Comparison.run(TITLE, "MB/s", report.rounds(), contenders));
    report.show(shares.ofServers());
    report.show(TITLE + ": CPU time of all", shares.toTable());
  }

  /** All that take part, by name. */
  private record Servers(Map<String, MailServer> byName) implements Closeable {
    void add(String name, MailServer server) {
      byName.put(name, server);
    }

    @Override
    public void close() {
      byName.values().forEach(MailServer::close);
    }
  }
}
