package org.miltergate.bench.load;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.miltergate.bench.process.CProgram;
import org.miltergate.bench.process.Filter;

/**
 * The C floor with one or several milters, each with its own floor process, all at once; a message
 * counts when each milter has seen it.
 *
 * @param steps what is played, of {@link FloorSteps}
 * @param sessions at the same time with each filter
 * @param messages of each session
 */
public record FloorLoad(
    CProgram floor, List<Filter> filters, Path steps, int sessions, int messages) {
  private static final int GRACE_SECONDS = 30;

  public FloorLoad {
    filters = List.copyOf(filters);
  }

  /** Returns the messages per second, averaged over the milters. */
  public double run(Duration warmUp, Duration length) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Double>> rates = new ArrayList<>();
      for (Filter filter : filters) {
        rates.add(threads.submit(() -> play(filter, warmUp, length)));
      }
      double sum = 0;
      for (Future<Double> rate : rates) {
        sum += rate.get();
      }
      return sum / filters.size();
    }
  }

  private double play(Filter filter, Duration warmUp, Duration length) throws IOException {
    return floor.measure(
        GRACE_SECONDS + (int) warmUp.plus(length).toSeconds(),
        filter.addressForC(),
        steps.toString(),
        Integer.toString(sessions),
        Integer.toString(messages),
        seconds(length),
        seconds(warmUp));
  }

  private static String seconds(Duration time) {
    return Double.toString(time.toMillis() / 1e3);
  }
}
