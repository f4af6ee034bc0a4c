package org.miltergate.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.miltergate.bench.load.MailLoad;
import org.miltergate.bench.load.MailRun;
import org.miltergate.bench.process.CpuShares;
import org.miltergate.bench.process.Filter;
import org.miltergate.bench.process.FilterSet;
import org.miltergate.bench.process.MailServer;
import org.miltergate.bench.process.PostfixServer;
import org.miltergate.bench.process.Sink;
import org.miltergate.bench.process.WorkFolder;
import org.miltergate.bench.report.Comparison;
import org.miltergate.bench.report.Contender;
import org.miltergate.bench.report.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The gateway as a process, beside Postfix with the same filters, sink and load. */
@Command(
    name = "gateway",
    description =
        "Compares the gateway with Postfix (Debian: postfix; as root): smtp-source "
            + "sends, the same filters look on, smtp-sink takes. Counts messages that have "
            + "arrived, and the CPU time of each side for one message. Without filters also a "
            + "relay of SubEthaSMTP and Angus Mail, and smtp-source straight to smtp-sink.",
    mixinStandardHelpOptions = true)
final class GatewayBench implements Callable<Integer> {
  @Option(
      names = "--messages",
      paramLabel = "N",
      description = "of each run; default ${DEFAULT-VALUE}")
  private int messages = 4000;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      description =
          "messages through each server in Java before the first round; default ${DEFAULT-VALUE}")
  private int warmUp = 30_000;

  @Option(
      names = "--sessions",
      paramLabel = "N",
      description = "at the same time; default ${DEFAULT-VALUE}")
  private int sessions = 20;

  @Option(
      names = "--size",
      paramLabel = "BYTES",
      description = "of each message's content; default ${DEFAULT-VALUE}")
  private int size = 4096;

  @Option(
      names = "--only",
      paramLabel = "NAME",
      split = ",",
      converter = FilterSet.Converter.class,
      description = "these alone: none (without filters), noop, adding; default all")
  private List<FilterSet> sets = List.of(FilterSet.values());

  @Option(
      names = "--java-options",
      paramLabel = "OPTIONS",
      split = " ",
      description = "of the gateway's Java, with spaces between")
  private List<String> jvm = List.of();

  @Option(
      names = "--filters-by",
      paramLabel = "COMMAND",
      split = " ",
      description = "starts each filter, such as 'chrt -b 0' or 'taskset -c 1'")
  private List<String> launcher = List.of();

  @Mixin private Report report = new Report();

  @Override
  public Integer call() throws Exception {
    for (FilterSet set : sets) {
      try (WorkFolder folder = WorkFolder.create();
          FilterSet.Running running = set.start(folder.path(), launcher)) {
        compare(set.title(), folder, running.filters());
      }
    }
    return 0;
  }

  private void compare(String title, WorkFolder folder, List<Filter> filters) throws Exception {
    CpuShares shares = new CpuShares(title);
    try (Sink sink = Sink.start(folder.sub("sink"));
        GatewayRivals rivals = GatewayRivals.start(folder, sink, filters, jvm)) {
      MailLoad load = new MailLoad(sessions, messages, size);
      MailRun run = new MailRun(folder, sink, filters, load, shares);
      List<Contender> contenders = new ArrayList<>();
      for (Map.Entry<String, MailServer> rival : rivals.byName().entrySet()) {
        String name = rival.getKey();
        MailServer server = rival.getValue();
        run.warmUp(server, server instanceof PostfixServer ? messages : warmUp);
        contenders.add(new Contender(name, () -> run.messagesPerSecond(name, server)));
      }
      report.show(Comparison.run(title, "messages/s", report.rounds(), contenders));
    }
    report.show(shares.ofServers());
    report.show(title + ": CPU time of all", shares.toTable());
  }
}
