package org.miltergate.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.miltergate.app.demo.Demo;
import org.miltergate.config.yaml.ConfigReader;
import org.miltergate.config.yaml.ConfigResult;
import org.miltergate.config.yaml.ExampleConfig;
import picocli.CommandLine.Command;

/**
 * Runs a gateway from start to end, so that Java can store what it learned. The options with which
 * the launcher starts Java make it do so.
 */
@Command(
    name = "cache",
    description =
        "Makes later starts faster, with a JDK of 25 or newer: runs the demo without its output "
            + "and stores what Java learns about the program. Repeat it after an update of the "
            + "program or the JDK; a cache that does not match is not used.",
    mixinStandardHelpOptions = true)
final class CacheCommand implements Callable<Integer> {
  @Override
  public Integer call() throws IOException {
    ConfigReader reader = new ConfigReader(name -> Optional.empty());
    if (reader.read("example", ExampleConfig.text()) instanceof ConfigResult.Invalid invalid) {
      throw new IOException("the example has problems: " + invalid.problems());
    }
    Demo.run(new PrintWriter(Writer.nullWriter()));
    return 0;
  }
}
