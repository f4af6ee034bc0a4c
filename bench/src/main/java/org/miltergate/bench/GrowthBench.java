package org.miltergate.bench;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.miltergate.bench.process.CProgram;
import org.miltergate.bench.process.WorkFolder;
import org.miltergate.bench.report.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How cost grows with the parts of a message and of a load. */
@Command(
    name = "growth",
    description =
        "Tells how cost grows: a message through the client library and no-op filters "
            + "on Unix sockets, beside the C floor. Each sweep changes one thing; else it is "
            + "1 filter, 10 header fields, 1 recipient, 4 KiB, 10 sessions at once, 10 "
            + "messages a session. And messages a second through the gateway, beside Postfix "
            + "(Debian: postfix; as root), with 3 such filters and 20 sessions at once where "
            + "that is not what changes.",
    mixinStandardHelpOptions = true)
final class GrowthBench implements Callable<Integer> {
  @Option(
      names = "--only",
      paramLabel = "SWEEP",
      split = ",",
      description = "these sweeps alone: ${COMPLETION-CANDIDATES}")
  private List<Subject> only = List.of(Subject.values());

  @Option(
      names = "--messages",
      paramLabel = "N",
      description = "of each run through the gateway; default ${DEFAULT-VALUE}")
  private int messages = 2000;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      description = "messages through each gateway before its first run; default ${DEFAULT-VALUE}")
  private int warmUp = 20_000;

  @Mixin private Report report = new Report(3, 1);

  /** What grows. */
  enum Subject {
    MILTERS,
    FIELDS,
    RECIPIENTS,
    BODY,
    SESSIONS,
    GATEWAY_MILTERS,
    GATEWAY_SESSIONS;

    /** Returns the word of the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  @Override
  public Integer call() throws Exception {
    Set<Subject> subjects = EnumSet.copyOf(only);
    try (WorkFolder folder = WorkFolder.create()) {
      CProgram filter = CProgram.compile("filter", folder.path(), "-lmilter", "-lpthread");
      GatewaySweeps.Load load = new GatewaySweeps.Load(messages, warmUp);
      try (ClientSweeps client = ClientSweeps.in(folder.path(), report, filter);
          GatewaySweeps gateway = new GatewaySweeps(folder, report, filter, load)) {
        for (Subject subject : subjects) {
          report.show(
              switch (subject) {
                case MILTERS -> client.milters();
                case FIELDS -> client.fields();
                case RECIPIENTS -> client.recipients();
                case BODY -> client.body();
                case SESSIONS -> client.sessions();
                case GATEWAY_MILTERS -> gateway.milters();
                case GATEWAY_SESSIONS -> gateway.sessions();
              });
        }
      }
    }
    return 0;
  }
}
