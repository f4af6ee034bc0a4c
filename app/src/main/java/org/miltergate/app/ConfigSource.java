package org.miltergate.app;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.yaml.ConfigReader;
import org.miltergate.config.yaml.ConfigResult;
import org.miltergate.config.yaml.Places;
import org.miltergate.config.yaml.Problem;
import org.miltergate.gateway.Gateway;
import org.miltergate.gateway.check.Finding;
import org.miltergate.gateway.check.HostCheck;

/** Reads configuration files for the commands, and writes their problems. */
final class ConfigSource {
  /** For all milters and next hops together. */
  private static final Duration PEER_LIMIT = Duration.ofSeconds(5);

  /**
   * A configuration that this host can run, as far as can be checked.
   *
   * @param warnings settings that are probably not intended, in the order of the file
   * @param notes access that another user may be denied
   */
  record Checked(GatewayConfig config, List<Problem> warnings, List<Problem> notes, Places places) {
    Checked {
      warnings = List.copyOf(warnings);
      notes = List.copyOf(notes);
    }

    /** Tries to reach milters and next hops; blocks for some seconds if one does not respond. */
    List<Problem> unreachable() {
      return of(Finding.Kind.WARNING, HostCheck.ofPeers(config, PEER_LIMIT), places);
    }

    static String warning(Problem problem) {
      return problem.toString("warning");
    }

    static String note(Problem problem) {
      return problem.toString("note");
    }
  }

  private ConfigSource() {}

  /** Returns the settings of the file, or empty after writing all its problems. */
  static Optional<GatewayConfig> read(Path file, PrintWriter problems) {
    return valid(file, problems).map(ConfigResult.Valid::config);
  }

  /**
   * Reads the file and compares it with this host: what {@link Gateway#start} would refuse is a
   * problem of the file.
   *
   * @return empty after all problems were written
   */
  static Optional<Checked> check(Path file, PrintWriter problems) {
    Optional<ConfigResult.Valid> valid = valid(file, problems);
    return valid.flatMap(read -> {
      List<Finding> findings = HostCheck.ofStart(read.config());
      List<Problem> wrong = of(Finding.Kind.PROBLEM, findings, read.places());
      if (!wrong.isEmpty()) {
        write(wrong, problems);
        return Optional.empty();
      }
      List<Problem> warnings = new ArrayList<>(read.warnings());
      warnings.addAll(of(Finding.Kind.WARNING, findings, read.places()));
      return Optional.of(
          new Checked(
              read.config(),
              warnings.stream().sorted().toList(),
              of(Finding.Kind.NOTE, findings, read.places()),
              read.places()));
    });
  }

  private static Optional<ConfigResult.Valid> valid(Path file, PrintWriter problems) {
    return switch (ConfigReader.withSystemEnvironment().read(file)) {
      case ConfigResult.Valid valid -> Optional.of(valid);
      case ConfigResult.Invalid invalid -> {
        write(invalid.problems(), problems);
        yield Optional.empty();
      }
    };
  }

  private static List<Problem> of(Finding.Kind kind, List<Finding> findings, Places places) {
    return findings.stream()
        .filter(finding -> finding.kind() == kind)
        .map(finding -> places.at(finding.path(), finding.text()))
        .distinct()
        .sorted()
        .toList();
  }

  private static void write(List<Problem> problems, PrintWriter out) {
    problems.forEach(out::println);
    out.flush();
  }
}
