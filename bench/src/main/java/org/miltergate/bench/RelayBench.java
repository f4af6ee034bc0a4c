package org.miltergate.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadFactory;
import org.miltergate.address.HostPort;
import org.miltergate.bench.load.DelayingProxy;
import org.miltergate.bench.load.RelayClient;
import org.miltergate.bench.load.RelayLoad;
import org.miltergate.bench.load.RelayMail;
import org.miltergate.bench.process.Sink;
import org.miltergate.bench.process.WorkFolder;
import org.miltergate.bench.report.Comparison;
import org.miltergate.bench.report.Contender;
import org.miltergate.bench.report.Report;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.gateway.relay.NextHop;
import org.miltergate.gateway.relay.route.NextHops;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The relay client alone, beside the one that Java programs usually send mail with. */
@Command(
    name = "relay",
    description =
        "Compares the gateway's relay client with Angus Mail's Transport: both hand "
            + "messages of 4 KiB to smtp-sink (Debian: postfix; as root), from this process.",
    mixinStandardHelpOptions = true)
final class RelayBench implements Callable<Integer> {
  private static final String ANGUS = "Angus Mail";
  private static final String MILTERGATE = "Miltergate";
  private static final int MANY_RECIPIENTS = 10;
  private static final Duration ONE_WAY = Duration.ofMillis(10);

  @Option(
      names = "--sessions",
      paramLabel = "N",
      description = "at the same time; default ${DEFAULT-VALUE}")
  private int sessions = 10;

  @Option(
      names = "--warm-up",
      paramLabel = "S",
      description = "seconds of each side before the first round; default ${DEFAULT-VALUE}")
  private int warmUp = 10;

  @Mixin private Report report = new Report();

  @Override
  public Integer call() throws Exception {
    try (WorkFolder folder = WorkFolder.create();
        Sink sink = Sink.start(folder.sub("sink"))) {
      throughput("Relay client, 1 recipient", folder, sink.port(), 1);
      throughput("Relay client, 10 recipients", folder, sink.port(), MANY_RECIPIENTS);
      try (DelayingProxy proxy = DelayingProxy.start(sink.port(), ONE_WAY)) {
        latency("Relay client, 10 recipients, 20 ms round trip", folder, proxy.port());
      }
    }
    return 0;
  }

  private void throughput(String title, WorkFolder folder, int port, int recipients)
      throws Exception {
    Map<String, List<Double>> cpu = new LinkedHashMap<>();
    try (NextHop hop = hop(folder.sub("spool"), port)) {
      List<Contender> contenders = new ArrayList<>();
      for (String name : List.of(ANGUS, MILTERGATE)) {
        RelayLoad load = load(name, sessions, hop, port, new RelayMail(recipients));
        load.run(Duration.ofSeconds(warmUp));
        contenders.add(
            new Contender(
                name,
                () -> {
                  RelayLoad.Result result = load.run(length());
                  cpu.computeIfAbsent(name, n -> new ArrayList<>()).add(result.cpuMicros());
                  return result.messagesPerSecond();
                }));
      }
      report.show(Comparison.run(title, "messages/s", report.rounds(), contenders));
    }
    report.show(new Comparison(title + ": CPU time of the client", "µs/message", cpu));
  }

  private void latency(String title, WorkFolder folder, int port) throws Exception {
    try (NextHop hop = hop(folder.sub("spool"), port)) {
      List<Contender> contenders = new ArrayList<>();
      for (String name : List.of(ANGUS, MILTERGATE)) {
        RelayLoad load = load(name, 1, hop, port, new RelayMail(MANY_RECIPIENTS));
        contenders.add(new Contender(name, () -> 1e3 / load.run(length()).messagesPerSecond()));
      }
      report.show(Comparison.run(title, "ms/message", report.rounds(), contenders));
    }
  }

  private Duration length() {
    return Duration.ofSeconds(report.seconds());
  }

  private NextHop hop(Path spool, int port) throws IOException {
    NextHopConfig.Smtp settings =
        NextHopConfig.Smtp.of(HostPort.parse("127.0.0.1:" + port))
            .with(smtp ->
                smtp.set(NextHopConfig.Smtp.MAX_CONNECTIONS, sessions)
                    .set(NextHopConfig.Smtp.IDLE_CONNECTIONS, sessions));
    return NextHops.open(settings, "mx.test", spool);
  }

  /**
   * Each runs on the threads it is usually used with: the relay client on virtual ones, as in the
   * gateway, Angus Mail on platform threads.
   */
  private static RelayLoad load(String name, int sessions, NextHop hop, int port, RelayMail mail) {
    boolean ours = name.equals(MILTERGATE);
    ThreadFactory threads = ours ? Thread.ofVirtual().factory() : Thread.ofPlatform().factory();
    Callable<RelayClient> clients =
        ours ? () -> RelayClient.miltergate(hop, mail) : () -> RelayClient.angus(port, mail);
    return new RelayLoad(sessions, threads, clients);
  }
}
