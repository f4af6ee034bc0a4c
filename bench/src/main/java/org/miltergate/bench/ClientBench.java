package org.miltergate.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.miltergate.bench.load.ClientLoad;
import org.miltergate.bench.load.FloorSteps;
import org.miltergate.bench.load.Mail;
import org.miltergate.bench.process.CProgram;
import org.miltergate.bench.process.Filter;
import org.miltergate.bench.process.WorkFolder;
import org.miltergate.bench.report.Comparison;
import org.miltergate.bench.report.Contender;
import org.miltergate.bench.report.Report;
import org.miltergate.milter.mail.MailMessage;
import org.miltergate.milter.session.MilterClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The client library against libmilter filters, beside the C floor. */
@Command(
    name = "client",
    description = "Compares the client library with a C program that plays pre-encoded packets.",
    mixinStandardHelpOptions = true)
final class ClientBench implements Callable<Integer> {
  private static final int SESSIONS = 10;
  private static final int BODY_BYTES = 4096;
  private static final int GRACE_SECONDS = 30;

  @Option(
      names = "--warm-up",
      paramLabel = "S",
      description = "seconds of each client before its first round; default ${DEFAULT-VALUE}")
  private int warmUp = 6;

  @Mixin private Report report = new Report();

  @Override
  public Integer call() throws Exception {
    try (WorkFolder folder = WorkFolder.create()) {
      measure(folder.path());
    }
    return 0;
  }

  private void measure(Path folder) throws Exception {
    CProgram floor = CProgram.compile("floor", folder, "-lpthread");
    CProgram program = CProgram.compile("filter", folder, "-lmilter", "-lpthread");
    try (Filter unix = Filter.onUnixSocket(program, folder.resolve("noop"));
        Filter adding = Filter.onUnixSocket(program, folder.resolve("adding"), "add");
        Filter tcp = Filter.onTcp(program, "add")) {
      compare("No-op filter, 1 message a session, 10 fields", folder, floor, unix, 1, 10);
      compare("No-op filter, 10 messages a session, 10 fields", folder, floor, unix, 10, 10);
      compare("No-op filter, 10 messages a session, 25 fields", folder, floor, unix, 10, 25);
      compare("Adding filter on a Unix socket, 10 messages", folder, floor, adding, 10, 10);
      compare("Adding filter on TCP, 10 messages", folder, floor, tcp, 10, 10);
    }
  }

  private void compare(
      String title, Path folder, CProgram floor, Filter filter, int messages, int fields)
      throws Exception {
    MailMessage message = Mail.of(fields, BODY_BYTES);
    List<Contender> contenders = new ArrayList<>();
    for (boolean pipeline : new boolean[] {false, true}) {
      String way = pipeline ? "pipelined" : "lock-step";
      Path steps = folder.resolve("steps-" + way);
      FloorSteps.write(steps, filter, message, pipeline);
      MilterClient client =
          MilterClient.builder("bench", filter.address()).pipeline(pipeline).build();
      ClientLoad load = new ClientLoad(client, message, SESSIONS, messages);
      load.run(Duration.ofSeconds(warmUp));
      contenders.add(new Contender("C floor, " + way, () -> floor(floor, filter, steps, messages)));
      contenders.add(
          new Contender(
              "Miltergate, " + way, () -> load.run(Duration.ofSeconds(report.seconds()))));
    }
    report.show(Comparison.run(title, "messages/s", report.rounds(), contenders));
  }

  private double floor(CProgram floor, Filter filter, Path steps, int messages) throws IOException {
    return floor.measure(
        report.seconds() + GRACE_SECONDS,
        filter.addressForC(),
        steps.toString(),
        Integer.toString(SESSIONS),
        Integer.toString(messages),
        Integer.toString(report.seconds()));
  }
}
