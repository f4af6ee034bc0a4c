package org.miltergate.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command of this module. */
@Command(
    name = "bench",
    description = "Measures Miltergate beside its peers.",
    mixinStandardHelpOptions = true,
    subcommands = {
      ClientBench.class,
      GatewayBench.class,
      WireBench.class,
      ChainBench.class,
      EndOfMessageBench.class,
      GrowthBench.class
    })
public final class Bench implements Runnable {
  private Bench() {}

  /** Runs a command and ends the process with its status. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Bench()).execute(arguments));
  }

  @Override
  public void run() {
    new CommandLine(this).usage(System.out);
  }
}
