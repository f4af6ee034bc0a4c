package org.miltergate.app;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.yaml.ConfigPrinter;
import org.miltergate.config.yaml.Problem;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Checks and shows configuration files. */
@Command(
    name = "config",
    description = "Checks or shows a configuration.",
    mixinStandardHelpOptions = true)
final class ConfigCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return Main.USAGE;
  }

  @Command(
      name = "check",
      description =
          "Reports all problems of a configuration and of the files, directories and addresses that"
              + " it names, as this user sees them: exit status 78 if there are any. Also reports"
              + " warnings, and milters and next hops that cannot be reached: exit status 0.",
      mixinStandardHelpOptions = true)
  int check(
      @Option(
              names = {"-c", "--config"},
              required = true,
              paramLabel = "FILE",
              description = "configuration, YAML")
          Path file)
      throws Exception {
    PrintWriter err = spec.commandLine().getErr();
    Optional<ConfigSource.Checked> checked = ConfigSource.check(file, err);
    if (checked.isEmpty()) {
      return Main.BAD_CONFIGURATION;
    }
    List<Problem> warnings =
        Stream.concat(checked.get().warnings().stream(), checked.get().unreachable().stream())
            .sorted()
            .toList();
    warnings.forEach(warning -> err.println(ConfigSource.Checked.warning(warning)));
    checked.get().notes().forEach(note -> err.println(ConfigSource.Checked.note(note)));
    err.flush();
    PrintWriter out = spec.commandLine().getOut();
    out.println(file + ": no problems" + count(warnings.size()));
    out.flush();
    return 0;
  }

  private static String count(int warnings) {
    return switch (warnings) {
      case 0 -> "";
      case 1 -> ", 1 warning";
      default -> ", " + warnings + " warnings";
    };
  }

  @Command(
      name = "show",
      description = "Prints a configuration with all defaults, as YAML.",
      mixinStandardHelpOptions = true)
  int show(
      @Option(names = "--changed", description = "only what differs from the defaults")
          boolean changed,
      @Option(
              names = {"-c", "--config"},
              paramLabel = "FILE",
              description = "configuration, YAML; without it the defaults are shown")
          Optional<Path> file)
      throws Exception {
    Optional<GatewayConfig> config =
        file.isPresent()
            ? ConfigSource.read(file.get(), spec.commandLine().getErr())
            : Optional.of(GatewayConfig.DEFAULT);
    if (config.isEmpty()) {
      return Main.BAD_CONFIGURATION;
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(
        changed ? ConfigPrinter.printChanged(config.get()) : ConfigPrinter.print(config.get()));
    out.flush();
    return 0;
  }
}
