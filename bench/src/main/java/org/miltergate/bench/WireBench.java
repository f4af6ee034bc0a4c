package org.miltergate.bench;

import java.util.concurrent.Callable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The codec, by JMH. */
@Command(
    name = "wire",
    description = "Measures encoder and decoder with JMH: time and memory for each packet.",
    mixinStandardHelpOptions = true)
final class WireBench implements Callable<Integer> {
  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "how long each measurement is; default ${DEFAULT-VALUE}")
  private int seconds = 1;

  @Override
  public Integer call() throws Exception {
    new Runner(
            new OptionsBuilder()
                .include(Codec.class.getName())
                .addProfiler(GCProfiler.class)
                .forks(1)
                .warmupIterations(5)
                .warmupTime(TimeValue.seconds(seconds))
                .measurementIterations(5)
                .measurementTime(TimeValue.seconds(seconds))
                .build())
        .run();
    return 0;
  }
}
