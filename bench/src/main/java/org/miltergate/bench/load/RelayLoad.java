package org.miltergate.bench.load;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/**
 * Sends messages from several sessions at once.
 *
 * @param threads gives each session its thread
 * @param clients gives each session its client
 */
public record RelayLoad(int sessions, ThreadFactory threads, Callable<RelayClient> clients) {
  private static final Duration WARM_UP = Duration.ofSeconds(1);

  /**
   * The result of a run.
   *
   * @param cpuMicros of this process for each message
   */
  public record Result(double messagesPerSecond, double cpuMicros) {}

  /** Measures for this long, after a warm-up of one second. */
  public Result run(Duration length) throws Exception {
    LongAdder done = new LongAdder();
    AtomicBoolean stopped = new AtomicBoolean();
    try (ExecutorService executor = Executors.newThreadPerTaskExecutor(threads)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < sessions; i++) {
        all.add(
            executor.submit(() -> {
              try (RelayClient client = clients.call()) {
                while (!stopped.get()) {
                  client.send();
                  done.increment();
                }
              }
              return null;
            }));
      }
      try {
        TimeUnit.NANOSECONDS.sleep(WARM_UP.toNanos());
        long before = done.sum();
        long cpuBefore = cpuNanos();
        long begin = System.nanoTime();
        TimeUnit.NANOSECONDS.sleep(length.toNanos());
        double seconds = (System.nanoTime() - begin) / 1e9;
        double messages = done.sum() - before;
        return new Result(messages / seconds, (cpuNanos() - cpuBefore) / 1e3 / messages);
      } finally {
        stopped.set(true);
        for (Future<?> one : all) {
          one.get();
        }
      }
    }
  }

  private static long cpuNanos() {
    return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
        .getProcessCpuTime();
  }
}
