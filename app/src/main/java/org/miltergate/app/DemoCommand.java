package org.miltergate.app;

import java.util.concurrent.Callable;
import org.miltergate.app.demo.Demo;
import org.miltergate.config.LogConfig;
import org.miltergate.config.LogLevel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Shows the gateway at work. */
@Command(
    name = "demo",
    description =
        "Starts a gateway, a sample milter and a Maildir on free ports, sends three "
            + "messages, and prints the SMTP dialogue, the milter's commands, replies and "
            + "edits, and the difference between what came in and what went out. Ends by "
            + "itself.",
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    // The dialogue is what is shown; the log is left out.
    LogLevels.apply(LogConfig.of(LogLevel.WARN));
    Demo.run(spec.commandLine().getOut());
    return 0;
  }
}
