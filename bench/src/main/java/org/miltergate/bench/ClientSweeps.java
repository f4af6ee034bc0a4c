package org.miltergate.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntFunction;
import org.miltergate.bench.load.ClientLoad;
import org.miltergate.bench.load.ClientPoint;
import org.miltergate.bench.load.FloorLoad;
import org.miltergate.bench.load.FloorSteps;
import org.miltergate.bench.process.CProgram;
import org.miltergate.bench.process.Filter;
import org.miltergate.bench.report.Axis;
import org.miltergate.bench.report.Contender;
import org.miltergate.bench.report.Report;
import org.miltergate.bench.report.Sweep;
import org.miltergate.milter.chain.ChainListener;
import org.miltergate.milter.chain.MilterChain;
import org.miltergate.milter.mail.MailMessage;
import org.miltergate.milter.session.MilterClient;

/** How the cost of the client library grows, beside the C floor. */
final class ClientSweeps implements AutoCloseable {
  private static final int MESSAGES = 10;
  private static final Duration WARM_UP = Duration.ofMillis(300);
  private static final Duration FIRST_WARM_UP = Duration.ofSeconds(3);
  private static final Axis MICROS = Axis.of("µs for a message", Axis.Scale.LINEAR);

  private final Report report;
  private final Path folder;
  private final CProgram floor;
  private final CProgram filter;
  private final List<Filter> filters = new ArrayList<>();
  private boolean warm;

  private ClientSweeps(Report report, Path folder, CProgram floor, CProgram filter) {
    this.report = report;
    this.folder = folder;
    this.floor = floor;
    this.filter = filter;
  }

  static ClientSweeps in(Path folder, Report report, CProgram filter) throws IOException {
    CProgram floor = CProgram.compile("floor", folder, "-lpthread");
    return new ClientSweeps(report, folder, floor, filter);
  }

  Sweep milters() throws Exception {
    Axis x = Axis.of("milters in the chain", Axis.Scale.LINEAR);
    return costs("Cost by milters", x, List.of(0, 1, 2, 3, 5, 8), ClientPoint.USUAL::milters);
  }

  Sweep fields() throws Exception {
    Axis x = Axis.of("header fields", Axis.Scale.LINEAR);
    List<Integer> sizes = List.of(1, 5, 10, 25, 50, 100, 200);
    return costs("Cost by header fields", x, sizes, ClientPoint.USUAL::fields);
  }

  Sweep recipients() throws Exception {
    Axis x = Axis.of("recipients", Axis.Scale.LINEAR);
    List<Integer> sizes = List.of(1, 5, 10, 50, 100);
    return costs("Cost by recipients", x, sizes, ClientPoint.USUAL::recipients);
  }

  Sweep body() throws Exception {
    List<Integer> sizes = List.of(1 << 10, 1 << 12, 1 << 14, 1 << 16, 1 << 18, 1 << 20, 10 << 20);
    return Sweep.run(
        "Cost by size of the body",
        Axis.ofBytes("body", Axis.Scale.LOGARITHMIC),
        Axis.of(MICROS.label(), Axis.Scale.LOGARITHMIC),
        report.rounds(),
        sizes,
        size -> contenders(ClientPoint.USUAL.bodyBytes(size), ClientSweeps::micros));
  }

  Sweep sessions() throws Exception {
    return Sweep.run(
        "Messages a second by sessions at once",
        Axis.of("sessions at once", Axis.Scale.LOGARITHMIC),
        Axis.of("messages/s", Axis.Scale.LINEAR),
        report.rounds(),
        List.of(1, 2, 5, 10, 20, 50, 100, 200),
        size -> contenders(ClientPoint.USUAL.sessions(size), rate -> rate));
  }

  private Sweep costs(String title, Axis x, List<Integer> sizes, IntFunction<ClientPoint> point)
      throws Exception {
    return Sweep.run(
        title,
        x,
        MICROS,
        report.rounds(),
        sizes,
        size -> contenders(point.apply(size), ClientSweeps::micros));
  }

  private static double micros(double rate) {
    return 1e6 / rate;
  }

  private List<Contender> contenders(ClientPoint point, DoubleUnaryOperator unit) throws Exception {
    while (filters.size() < point.milters()) {
      filters.add(Filter.onUnixSocket(filter, folder.resolve("noop" + filters.size())));
    }
    List<Contender> contenders = new ArrayList<>();
    for (boolean pipeline : new boolean[] {false, true}) {
      String way = pipeline ? "pipelined" : "lock-step";
      if (point.milters() > 0) {
        FloorLoad load = floor(point, pipeline);
        contenders.add(
            new Contender(
                "C floor, " + way, () -> unit.applyAsDouble(load.run(WARM_UP, length()))));
      }
      ClientLoad load = client(point, pipeline);
      MilterChain chain = load.chain(ChainListener.NONE);
      if (!warm && point.milters() > 0) {
        load.run(chain, FIRST_WARM_UP, Duration.ZERO);
      }
      contenders.add(
          new Contender(
              "Miltergate, " + way, () -> unit.applyAsDouble(load.run(chain, WARM_UP, length()))));
    }
    warm |= point.milters() > 0;
    return contenders;
  }

  private FloorLoad floor(ClientPoint point, boolean pipeline) throws IOException {
    Path steps = folder.resolve(pipeline ? "steps-pipelined" : "steps-lock-step");
    FloorSteps.write(steps, filters.getFirst(), point.message(), pipeline);
    return new FloorLoad(
        floor, filters.subList(0, point.milters()), steps, point.sessions(), MESSAGES);
  }

  private ClientLoad client(ClientPoint point, boolean pipeline) {
    MailMessage message = point.message();
    List<MilterClient> clients = new ArrayList<>();
    for (int i = 0; i < point.milters(); i++) {
      clients.add(
          MilterClient.builder("m" + i, filters.get(i).address()).pipeline(pipeline).build());
    }
    return new ClientLoad(clients, message, point.sessions(), MESSAGES);
  }

  private Duration length() {
    return Duration.ofSeconds(report.seconds());
  }

  @Override
  public void close() {
    filters.forEach(Filter::close);
  }
}
