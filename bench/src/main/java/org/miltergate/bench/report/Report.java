package org.miltergate.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Option;

/** Where results go, and how long each is measured; options of all commands. */
public final class Report {
  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "how often each side runs; default ${DEFAULT-VALUE}")
  private int rounds;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "how long each run is; default ${DEFAULT-VALUE}")
  private int seconds;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "gets the tables and plots; default ${DEFAULT-VALUE}")
  private Path folder = Path.of("bench/results");

  public Report() {
    this(5, 5);
  }

  /** Sets other defaults. */
  public Report(int rounds, int seconds) {
    this.rounds = rounds;
    this.seconds = seconds;
  }

  public int rounds() {
    return rounds;
  }

  public int seconds() {
    return seconds;
  }

  /** Prints a table, and keeps it with its plot. */
  public void show(Comparison comparison) throws IOException {
    show(comparison.title(), comparison.toTable());
    Files.writeString(file(comparison.title(), ".svg"), BarChart.of(comparison));
  }

  /** Prints a table, and keeps it with its plot. */
  public void show(Sweep sweep) throws IOException {
    show(sweep.title(), sweep.toTable());
    Files.writeString(file(sweep.title(), ".svg"), LineChart.of(sweep));
  }

  /** Prints a table that is not a comparison, and keeps it. */
  public void show(String title, String table) throws IOException {
    System.out.print(table);
    System.out.flush();
    Files.createDirectories(folder);
    Files.writeString(file(title, ".md"), table);
  }

  /** Names a file by the title alone, so that a page can show it run after run. */
  private Path file(String title, String ending) {
    return folder.resolve(title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-") + ending);
  }
}
