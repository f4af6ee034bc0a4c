package org.miltergate.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToLongFunction;
import org.miltergate.bench.load.IdleServer;
import org.miltergate.bench.load.IdleServer.Footprint;
import org.miltergate.bench.process.CProgram;
import org.miltergate.bench.process.Filter;
import org.miltergate.bench.process.GatewayProcess;
import org.miltergate.bench.process.JavaProcess;
import org.miltergate.bench.process.OpenFiles;
import org.miltergate.bench.process.SmtpdProcesses;
import org.miltergate.bench.process.SubethaMain;
import org.miltergate.bench.process.WorkFolder;
import org.miltergate.bench.report.Comparison;
import org.miltergate.bench.report.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The memory of sessions that wait. */
@Command(
    name = "idle",
    description =
        "Measures the memory that each idle SMTP session takes: the gateway with a "
            + "chain of two libmilter filters, SubEthaSMTP without a chain, and Postfix with "
            + "the same two filters (as root). The gateway needs three open files a session.",
    mixinStandardHelpOptions = true)
final class IdleBench implements Callable<Integer> {
  private static final int FILTERS = 2;
  private static final int FILES_OF_A_SESSION = 1 + FILTERS;
  private static final int OTHER_FILES = 200;
  private static final int NO_NEXT_HOP = 9;

  @Option(
      names = "--sessions",
      paramLabel = "N",
      description = "of the servers in Java; default ${DEFAULT-VALUE}")
  private int sessions = 6000;

  @Option(
      names = "--processes",
      paramLabel = "N",
      description = "of Postfix, a session each; default ${DEFAULT-VALUE}")
  private int processes = 200;

  @Option(
      names = "--java-options",
      paramLabel = "OPTIONS",
      description = "of a second gateway's Java; default ${DEFAULT-VALUE}",
      split = " ")
  private List<String> options = List.of("-Xms32m");

  @Mixin private Report report = new Report();

  @Override
  public Integer call() throws Exception {
    OpenFiles.require((long) sessions * FILES_OF_A_SESSION + OTHER_FILES, sessions + " sessions");
    try (WorkFolder folder = WorkFolder.create()) {
      CProgram program = CProgram.compile("filter", folder.path(), "-lmilter", "-lpthread");
      List<Filter> filters = new ArrayList<>();
      try {
        for (int i = 0; i < FILTERS; i++) {
          filters.add(Filter.onUnixSocket(program, folder.path().resolve("noop" + i)));
        }
        compare(folder, servers(folder, filters));
      } finally {
        filters.forEach(Filter::close);
      }
    }
    return 0;
  }

  private List<IdleServer> servers(WorkFolder folder, List<Filter> filters) {
    return List.of(
        new IdleServer(
            "Postfix, smtpd",
            () -> SmtpdProcesses.start(folder.sub("postfix"), NO_NEXT_HOP, filters, 2 * processes),
            processes),
        new IdleServer(
            "SubEthaSMTP, no chain",
            () -> JavaProcess.start(folder.sub("sub"), List.of(), SubethaMain.class.getName()),
            sessions),
        gateway("Miltergate", folder, filters, List.of()),
        gateway("Miltergate, " + String.join(" ", options), folder, filters, options));
  }

  private IdleServer gateway(
      String name, WorkFolder folder, List<Filter> filters, List<String> jvm) {
    String settings =
        GatewayProcess.settings(NO_NEXT_HOP, filters, false)
            .replaceAll(
                "limits: .*",
                String.format(
                    Locale.ROOT,
                    "limits: {sessions: %d, sessions-per-client: %d}",
                    sessions,
                    sessions));
    return new IdleServer(
        name, () -> GatewayProcess.start(folder.sub("gateway"), settings, jvm), sessions);
  }

  private void compare(WorkFolder folder, List<IdleServer> servers) throws Exception {
    Map<IdleServer, List<Footprint>> found = new LinkedHashMap<>();
    for (int round = 0; round < report.rounds(); round++) {
      for (IdleServer server : servers) {
        Footprint footprint = server.measure(folder.path());
        found.computeIfAbsent(server, s -> new ArrayList<>()).add(footprint);
        System.err.printf(Locale.ROOT, "round %d: %s %s%n", round + 1, server.name(), footprint);
      }
    }
    show("Idle session, resident", found, f -> f.during().resident());
    show("Idle session, share of resident", found, f -> f.during().proportional());
    show("Idle session, resident after a GC", found, f -> f.collected().resident());
    show(
        "Idle session, resident beyond that of no session",
        found,
        f -> f.during().resident() - f.before().resident());
  }

  private void show(
      String title, Map<IdleServer, List<Footprint>> found, ToLongFunction<Footprint> figure)
      throws IOException {
    Map<String, List<Double>> results = new LinkedHashMap<>();
    found.forEach((server, all) ->
        results.put(
            server.name(),
            all.stream()
                .map(one -> (double) figure.applyAsLong(one) / server.sessions())
                .toList()));
    report.show(new Comparison(title, "KiB a session", results));
  }
}
