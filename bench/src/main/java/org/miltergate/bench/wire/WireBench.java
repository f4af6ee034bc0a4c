package org.miltergate.bench.wire;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.miltergate.bench.report.Report;
import org.miltergate.bench.wire.WireTable.Way;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The codec, by JMH. */
@Command(
    name = "wire",
    description =
        "Measures encoder and decoder with JMH: time and memory for each packet, beside "
            + "the memory of the record alone. Each packet and direction is warmed up for two "
            + "rounds.",
    mixinStandardHelpOptions = true)
public final class WireBench implements Callable<Integer> {
  private static final int WARMING_ROUNDS = 2;
  private static final String PACKET = "packet";

  @Option(
      names = "--only",
      paramLabel = "PACKETS",
      split = ",",
      description = "these alone: ${COMPLETION-CANDIDATES}")
  private List<Kind> only = List.of(Kind.values());

  @Mixin private Report report = new Report(3, 1);

  /** The two directions of the protocol. */
  enum Kind {
    COMMANDS,
    REPLIES;

    /** Returns the word of the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Override
  public Integer call() throws Exception {
    for (Kind kind : only) {
      report.show(kind == Kind.COMMANDS ? "Commands" : "Replies", table(kind).toText());
    }
    return 0;
  }

  private WireTable table(Kind kind) throws RunnerException {
    return switch (kind) {
      case COMMANDS -> {
        WireTable table = new WireTable("Commands", List.of(Way.ENCODE, Way.DECODE));
        for (CommandSample sample : CommandSample.values()) {
          table.record(sample.name(), Memory.bytesOf(sample::make));
        }
        yield measured(table, CommandCodec.class);
      }
      case REPLIES -> {
        WireTable table = new WireTable("Replies", List.of(Way.DECODE, Way.ENCODE));
        for (ReplySample sample : ReplySample.values()) {
          table.record(sample.name(), Memory.bytesOf(sample::make));
        }
        yield measured(table, ReplyCodec.class);
      }
    };
  }

  private WireTable measured(WireTable table, Class<?> codec) throws RunnerException {
    for (RunResult result : run(codec)) {
      String packet = result.getParams().getParam(PACKET);
      Way way = Way.valueOf(result.getPrimaryResult().getLabel().toUpperCase(Locale.ROOT));
      table.result(packet, way, result.getPrimaryResult().getScore(), bytes(result));
    }
    return table;
  }

  private Collection<RunResult> run(Class<?> codec) throws RunnerException {
    System.err.println("JMH runs " + codec.getSimpleName() + ", which takes minutes");
    TimeValue round = TimeValue.seconds(report.seconds());
    return new Runner(
            new OptionsBuilder()
                .include(codec.getName())
                .addProfiler(GCProfiler.class)
                .forks(1)
                .warmupIterations(WARMING_ROUNDS)
                .warmupTime(round)
                .measurementIterations(report.rounds())
                .measurementTime(round)
                .jvmArgsAppend(quietJvm())
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .build())
        .run();
  }

  /** JMH uses methods that newer JDKs warn about. */
  private static String[] quietJvm() {
    return Runtime.version().feature() < 23
        ? new String[0]
        : new String[] {"--sun-misc-unsafe-memory-access=allow"};
  }

  private static double bytes(RunResult result) {
    return result.getSecondaryResults().entrySet().stream()
        .filter(entry -> entry.getKey().endsWith("gc.alloc.rate.norm"))
        .mapToDouble(entry -> entry.getValue().getScore())
        .findFirst()
        .orElseThrow();
  }
}
