package org.miltergate.bench.load;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.miltergate.milter.chain.ChainListener;
import org.miltergate.milter.chain.Verdict;
import org.miltergate.milter.session.Stage;

/**
 * Measures the time from writing each end of message to its verdict, after the warm-up.
 * Thread-safe.
 */
public final class EndOfMessageClock implements ChainListener {
  private final long begin;
  private final LongAdder nanos = new LongAdder();
  private final LongAdder count = new LongAdder();

  public EndOfMessageClock(Duration warmUp) {
    begin = System.nanoTime() + warmUp.toNanos();
  }

  @Override
  public void answered(String milter, Stage stage, Verdict verdict, Duration took) {
    if (stage == Stage.END_OF_MESSAGE && System.nanoTime() > begin) {
      nanos.add(took.toNanos());
      count.increment();
    }
  }

  /** Returns the mean of all. */
  public double milliseconds() {
    return nanos.sum() / 1e6 / count.sum();
  }
}
