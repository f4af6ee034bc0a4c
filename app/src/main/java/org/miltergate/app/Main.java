package org.miltergate.app;

import java.security.Security;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.miltergate.config.ProductVersion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command line. */
@Command(
    name = "miltergate",
    description = "SMTP filtering gateway: passes mail through milters and on to the next hop.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = {
      RunCommand.class,
      DemoCommand.class,
      ConfigCommand.class,
      PasswordCommand.class,
      CacheCommand.class
    },
    footer = {
      "",
      "Exit status: 0 success, 1 failure, 3 out of memory, or a thread that serves"
          + " all clients has failed, 64 wrong arguments, 78 wrong configuration."
    })
public final class Main implements Callable<Integer> {
  /** {@code EX_USAGE} of sysexits. */
  static final int USAGE = 64;

  /** {@code EX_CONFIG} of sysexits. */
  static final int BAD_CONFIGURATION = 78;

  @Spec private CommandSpec spec;

  public static void main(String[] arguments) {
    // Our own code always passes a locale, and the build checks it; this is for the libraries.
    Locale.setDefault(Locale.ROOT);
    // A milter or next hop whose address has changed is found at the next connection, as in
    // Postfix.
    Security.setProperty("networkaddress.cache.ttl", "0");
    Security.setProperty("networkaddress.cache.negative.ttl", "0");
    System.exit(run(arguments));
  }

  /** Returns the exit status. */
  static int run(String... arguments) {
    return commandLine().execute(arguments);
  }

  /** Returns the command line with all commands; documents are made from it as well. */
  public static CommandLine commandLine() {
    CommandLine command = new CommandLine(new Main());
    everyCommand(command.getCommandSpec(), spec -> spec.exitCodeOnInvalidInput(USAGE));
    return command.setExecutionExceptionHandler(Main::explain);
  }

  private static void everyCommand(CommandSpec spec, Consumer<CommandSpec> act) {
    act.accept(spec);
    spec.subcommands().values().forEach(sub -> everyCommand(sub.getCommandSpec(), act));
  }

  private static int explain(
      Exception failure, CommandLine command, CommandLine.ParseResult arguments) {
    command.getErr().println("miltergate: " + failure.getMessage());
    return command.getCommandSpec().exitCodeOnExecutionException();
  }

  /** Without a command, lists the commands. */
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return USAGE;
  }

  /** Returns the version that the build wrote into the jar. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"miltergate " + ProductVersion.current()};
    }
  }
}
