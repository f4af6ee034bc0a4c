package org.miltergate.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.miltergate.bench.load.ClientLoad;
import org.miltergate.bench.load.Mail;
import org.miltergate.bench.load.SmtpProbe;
import org.miltergate.bench.process.CProgram;
import org.miltergate.bench.process.Filter;
import org.miltergate.bench.process.GatewayProcess;
import org.miltergate.bench.process.WorkFolder;
import org.miltergate.bench.report.Comparison;
import org.miltergate.bench.report.Contender;
import org.miltergate.bench.report.Report;
import org.miltergate.milter.body.BodyStore;
import org.miltergate.milter.chain.ChainDialogue;
import org.miltergate.milter.chain.MilterChain;
import org.miltergate.milter.chain.PreData;
import org.miltergate.milter.session.Macros;
import org.miltergate.milter.session.MilterClient;
import org.miltergate.peers.SmtpSink;
import org.miltergate.peers.postfix.Postfix;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Milters that are slow before DATA, asked together or one after another. */
@Command(
    name = "chain",
    description =
        "Takes the time from the connection to the reply to RCPT through a chain of 5 "
            + "filters that each wait 20 ms at connect, MAIL and RCPT: the client library and "
            + "the gateway with pre-data: together and serial, and Postfix (Debian: postfix; "
            + "as root).",
    mixinStandardHelpOptions = true)
final class ChainBench implements Callable<Integer> {
  private static final int FILTERS = 5;
  private static final String LISTENER = "smtp";
  private static final int WARMING_SESSIONS = 30;

  @Mixin private Report report = new Report(5, 3);

  /** One session up to the reply to RCPT. */
  @FunctionalInterface
  private interface Session {
    long nanosToRcpt() throws IOException;
  }

  @Override
  public Integer call() throws Exception {
    try (WorkFolder folder = WorkFolder.create()) {
      CProgram program = CProgram.compile("filter", folder.path(), "-lmilter", "-lpthread");
      List<Filter> filters = new ArrayList<>();
      try {
        for (int i = 0; i < FILTERS; i++) {
          filters.add(Filter.onUnixSocket(program, folder.path().resolve("wait" + i), "wait"));
        }
        measure(folder, filters);
      } finally {
        filters.forEach(Filter::close);
      }
    }
    return 0;
  }

  private void measure(WorkFolder folder, List<Filter> filters) throws Exception {
    try (SmtpSink sink = SmtpSink.start(folder.sub("sink"))) {
      try (Postfix postfix = postfix(folder, sink, filters);
          GatewayProcess serial = gateway(folder, sink, filters, PreData.SERIAL);
          GatewayProcess together = gateway(folder, sink, filters, PreData.TOGETHER)) {
        Map<String, Session> sessions = new LinkedHashMap<>();
        sessions.put("Postfix", () -> SmtpProbe.nanosToRcpt(postfix.smtp(LISTENER)));
        sessions.put("Gateway, serial", () -> SmtpProbe.nanosToRcpt(serial.smtp()));
        sessions.put("Gateway, together", () -> SmtpProbe.nanosToRcpt(together.smtp()));
        sessions.put("Client library, serial", library(filters, PreData.SERIAL));
        sessions.put("Client library, together", library(filters, PreData.TOGETHER));
        for (Session session : sessions.values()) {
          warmUp(session);
        }
        List<Contender> contenders = new ArrayList<>();
        sessions.forEach(
            (name, session) -> contenders.add(new Contender(name, () -> milliseconds(session))));
        String title = "Up to RCPT through 5 filters that wait 20 ms";
        report.show(Comparison.run(title, "ms", report.rounds(), contenders));
      }
    }
  }

  /** Starts one that does not wait for deliveries: here messages are begun and abandoned. */
  private static Postfix postfix(WorkFolder folder, SmtpSink sink, List<Filter> filters)
      throws IOException {
    List<String> milters = filters.stream().map(filter -> filter.address().toString()).toList();
    return Postfix.relayingTo(sink.port())
        .set("in_flow_delay", "0")
        .listener(LISTENER, milters, Map.of())
        .start(folder.sub("postfix"));
  }

  private static GatewayProcess gateway(
      WorkFolder folder, SmtpSink sink, List<Filter> filters, PreData preData) throws IOException {
    StringBuilder settings = new StringBuilder();
    settings.append(String.format(Locale.ROOT, "next-hop: smtp://127.0.0.1:%d\n", sink.port()));
    settings.append("pre-data: %s\n".formatted(preData.name().toLowerCase(Locale.ROOT)));
    settings.append("chain:\n");
    for (int i = 0; i < filters.size(); i++) {
      settings.append(
          String.format(
              Locale.ROOT, "  - {name: m%d, address: '%s'}\n", i, filters.get(i).address()));
    }
    return GatewayProcess.start(folder.sub("gateway"), settings.toString(), List.of());
  }

  private static Session library(List<Filter> filters, PreData preData) {
    var builder = MilterChain.builder(new BodyStore(Path.of("."), 1 << 20)).preData(preData);
    for (int i = 0; i < filters.size(); i++) {
      builder.add(MilterClient.builder("m" + i, filters.get(i).address()).build());
    }
    MilterChain chain = builder.build();
    return () -> nanosToRcpt(chain);
  }

  private static long nanosToRcpt(MilterChain chain) {
    long begin = System.nanoTime();
    try (ChainDialogue session = chain.openDialogue(new Macros())) {
      ClientLoad.require(session.connect(ClientLoad.NAME, ClientLoad.CLIENT));
      ClientLoad.require(session.helo(ClientLoad.NAME));
      ClientLoad.require(session.mail(Mail.SENDER));
      ClientLoad.require(session.rcpt(Mail.RECIPIENT));
      return System.nanoTime() - begin;
    }
  }

  /** Runs many sessions at once to warm up, since each takes long. */
  private void warmUp(Session session) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Double>> all = new ArrayList<>();
      for (int i = 0; i < WARMING_SESSIONS; i++) {
        all.add(threads.submit(() -> milliseconds(session)));
      }
      for (Future<Double> one : all) {
        one.get();
      }
    }
  }

  /** Runs one session after another and returns their mean time. */
  private double milliseconds(Session session) throws IOException {
    long end = System.nanoTime() + Duration.ofSeconds(report.seconds()).toNanos();
    long sum = 0;
    int count = 0;
    for (; count == 0 || System.nanoTime() < end; count++) {
      sum += session.nanosToRcpt();
    }
    return sum / 1e6 / count;
  }
}
