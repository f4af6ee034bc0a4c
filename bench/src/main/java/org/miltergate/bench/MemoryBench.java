package org.miltergate.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.miltergate.bench.load.BodySink;
import org.miltergate.bench.load.BodySink.Content;
import org.miltergate.bench.process.CProgram;
import org.miltergate.bench.process.Filter;
import org.miltergate.bench.process.GatewayProcess;
import org.miltergate.bench.process.GcLog;
import org.miltergate.bench.process.ProcessMemory;
import org.miltergate.bench.process.WorkFolder;
import org.miltergate.bench.report.Comparison;
import org.miltergate.bench.report.Report;
import org.miltergate.peers.process.Daemon;
import org.miltergate.peers.process.Programs;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Large messages through a small heap. */
@Command(
    name = "memory",
    description =
        "Sends many large messages at once through a gateway with a small heap and one "
            + "libmilter filter (smtp-source; Debian: postfix), makes sure that each arrives "
            + "byte for byte, and tells what memory that took. Their bodies lie in the "
            + "temporary folder meanwhile: 5 GB.",
    mixinStandardHelpOptions = true)
final class MemoryBench implements Callable<Integer> {
  private static final int MIB = 1 << 20;
  private static final Duration PATIENCE = Duration.ofMinutes(15);

  @Option(
      names = "--messages",
      paramLabel = "N",
      description = "at the same time; default ${DEFAULT-VALUE}")
  private int messages = 100;

  @Option(
      names = "--mebibytes",
      paramLabel = "N",
      description = "of each message; default ${DEFAULT-VALUE}")
  private int mebibytes = 50;

  @Option(
      names = "--heap",
      paramLabel = "N",
      description = "the gateway's limit, in MiB; default ${DEFAULT-VALUE}")
  private int heap = 128;

  @Mixin private Report report = new Report();

  @Override
  public Integer call() throws Exception {
    try (WorkFolder folder = WorkFolder.create()) {
      requireSpace(folder.path());
      CProgram program = CProgram.compile("filter", folder.path(), "-lmilter", "-lpthread");
      try (Filter filter = Filter.onUnixSocket(program, folder.path().resolve("noop"));
          BodySink sink = BodySink.start()) {
        Content expected = sentDirectly(folder, sink);
        measure(folder, filter, sink, expected);
      }
    }
    return 0;
  }

  private void requireSpace(Path folder) throws IOException {
    long wanted = (long) (messages + 10) * mebibytes * MIB;
    long free = Files.getFileStore(folder).getUsableSpace();
    if (free < wanted) {
      throw new IOException(
          String.format(
              Locale.ROOT, "%s has %d MiB left, %d are needed", folder, free / MIB, wanted / MIB));
    }
  }

  /** Returns what the load sends, as the sink sees it without a gateway. */
  private Content sentDirectly(WorkFolder folder, BodySink sink) throws Exception {
    send(folder.sub("direct"), 1, sink.port());
    return sink.contents().getFirst();
  }

  private void measure(WorkFolder folder, Filter filter, BodySink sink, Content expected)
      throws Exception {
    Path log = folder.path().resolve("gc.log");
    String settings =
        GatewayProcess.settings(sink.port(), List.of(filter), false)
            .replace(
                "limits: {",
                String.format(
                    Locale.ROOT, "limits: {message-size: %dMiB, sessions: 1000, ", 2 * mebibytes));
    List<String> jvm = List.of("-Xmx" + heap + "m", "-Xlog:gc:file=" + log);
    Map<String, List<Double>> results = new LinkedHashMap<>();
    results.put("limit of the heap", List.of((double) heap));
    try (GatewayProcess gateway = GatewayProcess.start(folder.sub("gateway"), settings, jvm)) {
      long begin = System.nanoTime();
      send(folder.sub("source"), messages, gateway.smtp().getPort());
      double seconds = (System.nanoTime() - begin) / 1e9;
      requireAll(sink.contents(), expected);
      System.out.printf(
          Locale.ROOT,
          "All %d messages arrived byte for byte: %.1f s, %.0f MiB/s.%n%n",
          messages,
          seconds,
          messages * mebibytes / seconds);
      GcLog gc = GcLog.read(log);
      results.put("heap, most before a collection", List.of(gc.before()));
      results.put("heap, most after a collection", List.of(gc.after()));
      results.put("process, most resident", List.of(ProcessMemory.highest(gateway.pid()) / 1024.0));
    }
    String title = String.format(Locale.ROOT, "%d messages of %d MiB at once", messages, mebibytes);
    report.show(new Comparison(title, "MiB", results));
  }

  private void requireAll(List<Content> arrived, Content expected) throws IOException {
    int whole = Collections.frequency(arrived, expected) - 1; // one was sent directly
    if (whole != messages || arrived.size() != messages + 1) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%d of %d messages arrived whole, %d in all",
              whole,
              messages,
              arrived.size()));
    }
  }

  private void send(Path folder, int count, int port) throws Exception {
    List<String> command =
        List.of(
            Programs.require("smtp-source").toString(),
            "-s",
            Integer.toString(count),
            "-m",
            Integer.toString(count),
            "-l",
            Long.toString((long) mebibytes * MIB),
            "-f",
            "alice@client.test",
            "-t",
            "bob@remote.test",
            "inet:127.0.0.1:" + port);
    try (Daemon source = Daemon.start(folder, command)) {
      if (!source.awaitEnd(PATIENCE) || !source.output().isEmpty()) {
        throw new IOException("smtp-source could not send all: " + source.output());
      }
    }
  }
}
