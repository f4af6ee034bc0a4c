package org.miltergate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.miltergate.it.mta.Mta;
import org.miltergate.it.mta.MtaKind;
import org.miltergate.it.mta.MtaSetup;
import org.miltergate.it.peers.SmtpSink;
import org.miltergate.it.process.Daemon;
import org.miltergate.it.process.Programs;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The gateway as a process, beside Postfix with the same filters, sink and load. */
@Command(
    name = "gateway",
    description = {
      "Compares the gateway with Postfix (Debian: postfix; as root): smtp-source sends, the same",
      "filters look on, smtp-sink takes. Counts messages that have arrived."
    },
    mixinStandardHelpOptions = true)
final class GatewayBench implements Callable<Integer> {
  private static final int FILTERS = 3;
  private static final int SESSIONS = 20;
  private static final int BODY_BYTES = 4096;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @Option(
      names = "--messages",
      paramLabel = "N",
      description = "of each run; default ${DEFAULT-VALUE}")
  private int messages = 4000;

  @Mixin private Report report = new Report();

  @Override
  public Integer call() throws Exception {
    try (WorkFolder folder = WorkFolder.create()) {
      CProgram program = CProgram.compile("filter", folder.path(), "-lmilter", "-lpthread");
      compare("Gateway without filters", folder, List.of());
      List<Filter> filters = new ArrayList<>();
      try {
        for (int i = 0; i < FILTERS; i++) {
          filters.add(Filter.onUnixSocket(program, folder.path().resolve("noop" + i)));
        }
        compare("Gateway with 3 no-op filters on Unix sockets", folder, filters);
        closeAll(filters);
        for (int i = 0; i < FILTERS; i++) {
          filters.add(Filter.onTcp(program, "add"));
        }
        compare("Gateway with 3 adding filters on TCP", folder, filters);
      } finally {
        closeAll(filters);
      }
    }
    return 0;
  }

  private static void closeAll(List<Filter> filters) {
    filters.forEach(Filter::close);
    filters.clear();
  }

  private void compare(String title, WorkFolder folder, List<Filter> filters) throws Exception {
    try (SmtpSink sink = SmtpSink.start(folder.sub("sink"))) {
      MtaSetup setup = MtaSetup.relayingTo(sink.port());
      for (Filter filter : filters) {
        setup = setup.milter(filter.address());
      }
      try (Mta postfix = MtaKind.POSTFIX.start(folder.sub("postfix"), setup);
          GatewayProcess lockStep =
              GatewayProcess.start(folder.sub("one"), sink.port(), filters, false);
          GatewayProcess pipelined =
              GatewayProcess.start(folder.sub("two"), sink.port(), filters, true)) {
        List<Contender> contenders = new ArrayList<>();
        contenders.add(new Contender("Postfix", () -> send(folder, postfix.smtp(), postfix)));
        contenders.add(new Contender("Miltergate", () -> send(folder, lockStep.smtp(), null)));
        if (!filters.isEmpty()) {
          contenders.add(
              new Contender(
                  "Miltergate, pipeline: true", () -> send(folder, pipelined.smtp(), null)));
        }
        send(folder, lockStep.smtp(), null);
        send(folder, pipelined.smtp(), null);
        report.show(Comparison.run(title, "messages/s", report.rounds(), contenders));
      }
    }
  }

  /**
   * Returns how many messages arrived in a second.
   *
   * @param queue what has to be empty before the clock is stopped; null if 250 means delivered
   */
  private double send(WorkFolder folder, InetSocketAddress to, @Nullable Mta queue)
      throws IOException, InterruptedException {
    List<String> source =
        List.of(
            Programs.require("smtp-source").toString(),
            "-s",
            Integer.toString(SESSIONS),
            "-m",
            Integer.toString(messages),
            "-l",
            Integer.toString(BODY_BYTES),
            "-f",
            "alice@client.test",
            "-t",
            "bob@remote.test",
            "inet:127.0.0.1:" + to.getPort());
    long begin = System.nanoTime();
    Daemon.run(folder.sub("source"), source);
    if (queue != null) {
      queue.awaitIdle(PATIENCE);
    }
    return messages * 1e9 / (System.nanoTime() - begin);
  }
}
