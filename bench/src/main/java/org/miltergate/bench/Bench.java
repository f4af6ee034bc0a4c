package org.miltergate.bench;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.miltergate.bench.wire.WireBench;
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
      LargeBench.class,
      RelayBench.class,
      WireBench.class,
      ChainBench.class,
      EndOfMessageBench.class,
      GrowthBench.class,
      IdleBench.class,
      MemoryBench.class,
      StartBench.class
    })
public final class Bench implements Runnable {
  private static final int PATIENCE_SECONDS = 15;

  private Bench() {}

  /** Runs a command and ends the process with its status. */
  public static void main(String[] arguments) {
    CountDownLatch ended = new CountDownLatch(1);
    interruptOnExit(Thread.currentThread(), ended);
    int status = new CommandLine(new Bench()).execute(arguments);
    ended.countDown();
    System.exit(status);
  }

  /** Lets a command that is told to end stop what it started, and remove its files. */
  private static void interruptOnExit(Thread command, CountDownLatch ended) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> {
              command.interrupt();
              try {
                ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
              } catch (InterruptedException e) {
                return;
              }
            }));
  }

  @Override
  public void run() {
    new CommandLine(this).usage(System.out);
  }
}
