package org.miltergate.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.miltergate.bench.load.MailLoad;
import org.miltergate.bench.load.MailRun;
import org.miltergate.bench.process.CProgram;
import org.miltergate.bench.process.CpuShares;
import org.miltergate.bench.process.Filter;
import org.miltergate.bench.process.GatewayProcess;
import org.miltergate.bench.process.MailServer;
import org.miltergate.bench.process.PostfixServer;
import org.miltergate.bench.process.Sink;
import org.miltergate.bench.process.WorkFolder;
import org.miltergate.bench.report.Axis;
import org.miltergate.bench.report.Contender;
import org.miltergate.bench.report.Report;
import org.miltergate.bench.report.Sweep;

/** How the gateway's cost grows, beside Postfix: no-op filters, one sink, {@code smtp-source}. */
final class GatewaySweeps implements AutoCloseable {
  private static final int FILTERS = 3;
  private static final int SESSIONS = 20;
  private static final int BODY_BYTES = 4096;

  private final WorkFolder folder;
  private final Report report;
  private final CProgram filter;
  private final Load load;
  private final List<Filter> filters = new ArrayList<>();
  private final Map<String, MailServer> servers = new LinkedHashMap<>();

  /**
   * How much is sent.
   *
   * @param messages of each run from 20 sessions or more; fewer sessions send less
   * @param warmUp messages through each server in Java before its first run
   */
  record Load(int messages, int warmUp) {
    MailLoad from(int sessions) {
      int share = Math.max(messages / 5, messages / SESSIONS * sessions);
      return new MailLoad(sessions, Math.min(messages, share), BODY_BYTES);
    }
  }

  GatewaySweeps(WorkFolder folder, Report report, CProgram filter, Load load) {
    this.folder = folder;
    this.report = report;
    this.filter = filter;
    this.load = load;
  }

  Sweep milters() throws Exception {
    try (Sink sink = Sink.start(folder.sub("sink"))) {
      return Sweep.run(
          "Gateway: cost by milters",
          Axis.of("milters in the chain", Axis.Scale.LINEAR),
          Axis.of("µs for a message", Axis.Scale.LINEAR),
          report.rounds(),
          List.of(0, 1, 2, 3, 4, 5),
          count -> {
            start(sink, filters(count));
            return contenders(sink, SESSIONS, rate -> 1e6 / rate);
          });
    }
  }

  Sweep sessions() throws Exception {
    try (Sink sink = Sink.start(folder.sub("sink"))) {
      start(sink, filters(FILTERS));
      return Sweep.run(
          "Gateway with 3 filters: messages a second by sessions at once",
          Axis.of("sessions at once", Axis.Scale.LOGARITHMIC),
          Axis.of("messages/s", Axis.Scale.LINEAR),
          report.rounds(),
          List.of(1, 5, 20, 50, 100),
          count -> contenders(sink, count, rate -> rate));
    }
  }

  private List<Filter> filters(int count) throws IOException {
    while (filters.size() < count) {
      Path socket = folder.path().resolve("gateway" + filters.size());
      filters.add(Filter.onUnixSocket(filter, socket));
    }
    return filters.subList(0, count);
  }

  /** Starts servers with these milters, instead of those that are running. */
  private void start(Sink sink, List<Filter> asked) throws IOException {
    stop();
    servers.put("Postfix", PostfixServer.start(folder.sub("postfix"), sink.port(), asked));
    servers.put("Miltergate", gateway(sink, asked, false));
    if (!asked.isEmpty()) {
      servers.put("Miltergate, pipeline: true", gateway(sink, asked, true));
    }
    for (Map.Entry<String, MailServer> server : servers.entrySet()) {
      boolean java = server.getValue() instanceof GatewayProcess;
      run(sink, SESSIONS).warmUp(server.getValue(), java ? load.warmUp() : load.messages());
    }
  }

  private GatewayProcess gateway(Sink sink, List<Filter> asked, boolean pipeline)
      throws IOException {
    return GatewayProcess.start(folder.sub("gateway"), sink.port(), asked, pipeline);
  }

  private List<Contender> contenders(Sink sink, int sessions, DoubleUnaryOperator unit) {
    MailRun run = run(sink, sessions);
    List<Contender> contenders = new ArrayList<>();
    servers.forEach((name, server) ->
        contenders.add(
            new Contender(name, () -> unit.applyAsDouble(run.messagesPerSecond(name, server)))));
    return contenders;
  }

  private MailRun run(Sink sink, int sessions) {
    return new MailRun(folder, sink, filters, load.from(sessions), new CpuShares("growth"));
  }

  private void stop() {
    servers.values().forEach(MailServer::close);
    servers.clear();
  }

  @Override
  public void close() {
    stop();
    filters.forEach(Filter::close);
  }
}
