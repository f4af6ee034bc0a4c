package org.miltergate.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.miltergate.bench.load.ClientLoad;
import org.miltergate.bench.load.DelayedAckDialer;
import org.miltergate.bench.load.EndOfMessageClock;
import org.miltergate.bench.load.Mail;
import org.miltergate.bench.process.CProgram;
import org.miltergate.bench.process.Filter;
import org.miltergate.bench.process.WorkFolder;
import org.miltergate.bench.report.Comparison;
import org.miltergate.bench.report.Contender;
import org.miltergate.bench.report.Report;
import org.miltergate.milter.mail.MailMessage;
import org.miltergate.milter.session.MilterClient;
import org.miltergate.net.Dialer;
import org.miltergate.net.SocketDialer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The end of the message, where a milter writes its modification and its verdict separately. */
@Command(
    name = "end-of-message",
    description =
        "Takes the mean time from the end of the message to the verdict of a filter "
            + "that adds a header field, 10 sessions at once: on a Unix socket, on TCP, and "
            + "on TCP without TCP_QUICKACK, where the kernel's delayed acknowledgement holds "
            + "back the verdict.",
    mixinStandardHelpOptions = true)
final class EndOfMessageBench implements Callable<Integer> {
  private static final int SESSIONS = 10;
  private static final int MESSAGES = 10;
  private static final int FIELDS = 10;
  private static final int BODY_BYTES = 4096;
  private static final Duration WARM_UP = Duration.ofSeconds(1);

  private final Map<String, List<Double>> rates = new LinkedHashMap<>();

  @Mixin private Report report = new Report();

  @Override
  public Integer call() throws Exception {
    try (WorkFolder folder = WorkFolder.create()) {
      CProgram program = CProgram.compile("filter", folder.path(), "-lmilter", "-lpthread");
      try (Filter unix = Filter.onUnixSocket(program, folder.path().resolve("adding"), "add");
          Filter tcp = Filter.onTcp(program, "add")) {
        List<Contender> contenders =
            List.of(
                contender("Unix socket", unix, new SocketDialer()),
                contender("TCP", tcp, new SocketDialer()),
                contender("TCP without TCP_QUICKACK", tcp, new DelayedAckDialer()));
        report.show(
            Comparison.run(
                "End of message with an adding filter", "ms", report.rounds(), contenders));
        report.show(new Comparison("Messages with an adding filter", "messages/s", rates));
      }
    }
    return 0;
  }

  private Contender contender(String name, Filter filter, Dialer dialer) {
    MailMessage message = Mail.of(FIELDS, BODY_BYTES);
    MilterClient client = MilterClient.builder("bench", filter.address()).dialer(dialer).build();
    ClientLoad load = new ClientLoad(client, message, SESSIONS, MESSAGES);
    return new Contender(
        name,
        () -> {
          EndOfMessageClock clock = new EndOfMessageClock(WARM_UP);
          double rate = load.run(load.chain(clock), WARM_UP, Duration.ofSeconds(report.seconds()));
          rates.computeIfAbsent(name, key -> new ArrayList<>()).add(rate);
          return clock.milliseconds();
        });
  }
}
