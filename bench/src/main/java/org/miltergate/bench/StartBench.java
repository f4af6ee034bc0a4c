package org.miltergate.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.miltergate.bench.process.Installation;
import org.miltergate.bench.process.WorkFolder;
import org.miltergate.bench.report.Comparison;
import org.miltergate.bench.report.Contender;
import org.miltergate.bench.report.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How long the program takes to start. */
@Command(
    name = "start",
    description =
        "Measures the time from the start of ./miltergate run to the line that says "
            + "where it listens: as it is, and after ./miltergate cache (which needs a JDK "
            + "of 25 or newer). The program has to be built.",
    mixinStandardHelpOptions = true)
final class StartBench implements Callable<Integer> {
  private static final int FIRST_WITH_CACHE = 25;

  @Option(
      names = "--root",
      paramLabel = "FOLDER",
      description = "of the project; default: the current one")
  private Path root = Path.of("");

  @Mixin private Report report = new Report();

  @Override
  public Integer call() throws Exception {
    try (WorkFolder folder = WorkFolder.create()) {
      List<Contender> contenders = new ArrayList<>();
      Installation plain = Installation.copy(root, folder.sub("plain"));
      contenders.add(new Contender("./miltergate run", plain::start));
      plain.start(); // the files are in the system's cache from now on
      if (Runtime.version().feature() >= FIRST_WITH_CACHE) {
        Installation cached = Installation.copy(root, folder.sub("cached"));
        cached.makeCache();
        cached.start();
        contenders.add(new Contender("./miltergate run, after ./miltergate cache", cached::start));
      } else {
        System.err.println("without the cache: it needs a JDK of 25 or newer");
      }
      report.show(Comparison.run("Start to listening", "ms", report.rounds(), contenders));
    }
    return 0;
  }
}
