package org.miltergate.gateway;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.yaml.ConfigPrinter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Looks at configuration files. */
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
      description = "Names all problems of a configuration; exit status 78 if there are any.",
      mixinStandardHelpOptions = true)
  int check(
      @Option(
              names = {"-c", "--config"},
              required = true,
              paramLabel = "FILE",
              description = "configuration, YAML")
          Path file)
      throws Exception {
    Optional<GatewayConfig> config = ConfigSource.read(file, spec.commandLine().getErr());
    if (config.isEmpty()) {
      return Main.BAD_CONFIGURATION;
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(file + ": no problems");
    out.flush();
    return 0;
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
