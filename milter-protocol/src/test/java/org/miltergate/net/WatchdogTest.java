package org.miltergate.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WatchdogTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  private final Watchdog watchdog = new Watchdog("watchdog-test");

  @Test
  void closesTheTargetWhenItsTimeIsOverAndNotBefore() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    Watchdog.Watch watch = watchdog.watch(closed::countDown);
    long began = System.nanoTime();

    watch.arm(Duration.ofMillis(200));

    assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(200_000_000);
    assertThat(watch.expired()).isTrue();
    assertThat(watch.disarm()).isFalse();
    assertThat(watchdog.size()).isZero();
  }

  @Test
  void exchangeThatEndsInTimeBringsItsResultOrWhatItThrows() throws Exception {
    AtomicInteger closed = new AtomicInteger();
    IOException broken = new IOException("broken");
    try (Watchdog.Watch watch = watchdog.watch(closed::incrementAndGet)) {
      assertThat(watch.call(LONG, () -> "result")).isEqualTo("result");
      assertThatThrownBy(() ->
              watch.run(
                  LONG,
                  () -> {
                    throw broken;
                  }))
          .isSameAs(broken);
      assertThatThrownBy(() ->
              watch.call(
                  LONG,
                  () -> {
                    throw new ParseException("odd", 0);
                  }))
          .isInstanceOf(ParseException.class);
      assertThat(watch.disarm()).isTrue();
    }
    assertThat(closed).hasValue(0);
  }

  @Test
  void exchangeThatIsTooLateThrowsThatWhateverItCameTo() throws Exception {
    for (boolean throwing : new boolean[] {true, false}) {
      CountDownLatch closed = new CountDownLatch(1);
      Watchdog.Watch watch = watchdog.watch(closed::countDown);

      assertThatThrownBy(() ->
              watch.call(
                  Duration.ofMillis(50),
                  () -> {
                    awaitUninterruptibly(closed);
                    if (throwing) {
                      throw new IOException("closed");
                    }
                    return "late";
                  }))
          .isInstanceOf(DeadlineException.class)
          .hasMessage("no end within 50ms");
    }
  }

  @Test
  void closingItClosesAllTargetsAndEndsItsThread() throws Exception {
    Watchdog own = new Watchdog("watchdog-to-be-closed");
    CountDownLatch closed = new CountDownLatch(2);
    own.watch(closed::countDown).arm(LONG);
    Watchdog.Watch idle = own.watch(closed::countDown);

    own.close();

    assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(idle.expired()).isTrue();
    assertThat(own.size()).isZero();
    assertThatThrownBy(() -> own.watch(() -> {})).isInstanceOf(IllegalStateException.class);
    awaitEndOf("watchdog-to-be-closed");
  }

  @Test
  void threadEndsWhenNothingIsUnderWatchAndBeginsAgainWithTheNextWatch() throws Exception {
    Watchdog own = new Watchdog("watchdog-that-rests");
    own.watch(() -> {}).close();

    awaitEndOf("watchdog-that-rests");
    CountDownLatch closed = new CountDownLatch(1);
    own.watch(closed::countDown).arm(Duration.ofMillis(50));

    assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
    own.close();
  }

  @Test
  void sharedOneCannotBeClosed() throws Exception {
    Watchdog.shared().close();
    CountDownLatch closed = new CountDownLatch(1);
    Watchdog.shared().watch(closed::countDown).arm(Duration.ofMillis(50));

    assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
  }

  private static void awaitEndOf(String threadName) {
    while (Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals(threadName))) {
      Thread.onSpinWait();
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void keepsAShortLimitThatIsArmedBehindALongOne() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    try (Watchdog.Watch idle = watchdog.watch(() -> {});
        Watchdog.Watch first = watchdog.watch(() -> {});
        Watchdog.Watch second = watchdog.watch(closed::countDown)) {
      idle.arm(LONG);
      first.arm(LONG);
      second.arm(Duration.ofMillis(50));

      assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(first.disarm()).isTrue();
      assertThat(idle.disarm()).isTrue();
    }
  }

  @Test
  void armingAgainReplacesTheLimit() throws Exception {
    Semaphore closed = new Semaphore(0);
    Watchdog.Watch watch = watchdog.watch(closed::release);

    watch.arm(Duration.ofMillis(50));
    watch.arm(LONG);
    assertThat(closed.tryAcquire(200, TimeUnit.MILLISECONDS)).isFalse();
    watch.arm(Duration.ofMillis(50));

    assertThat(closed.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void expiredWatchStaysExpired() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    Watchdog.Watch watch = watchdog.watch(closed::countDown);
    watch.arm(Duration.ZERO);
    assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();

    watch.arm(LONG);

    assertThat(watch.disarm()).isFalse();
    watch.close();
    assertThat(watch.expired()).isTrue();
  }

  @Test
  void closedWatchIsForgottenAndNeverCloses() throws Exception {
    Semaphore closed = new Semaphore(0);
    Watchdog.Watch watch = watchdog.watch(closed::release);
    watch.arm(Duration.ofMillis(20));

    watch.close();
    watch.arm(Duration.ZERO);

    assertThat(watchdog.size()).isZero();
    assertThat(closed.tryAcquire(100, TimeUnit.MILLISECONDS)).isFalse();
    assertThat(watch.expired()).isFalse();
    assertThat(watch.disarm()).isTrue();
  }

  @Test
  void targetThatHangsInCloseHoldsUpNoOther() throws Exception {
    CountDownLatch hang = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    watchdog.watch(() -> awaitQuietly(hang)).arm(Duration.ZERO);

    watchdog.watch(closed::countDown).arm(Duration.ofMillis(30));

    assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
    hang.countDown();
  }

  /** As when there is no memory for a thread. */
  @Test
  void anErrorEndsNoDeadlineOfTheProcess() throws Exception {
    AtomicInteger failures = new AtomicInteger();
    Watchdog poor =
        new Watchdog(
            "watchdog-test-poor",
            close -> {
              if (failures.incrementAndGet() <= 5) {
                throw new OutOfMemoryError("on purpose");
              }
              Thread.ofVirtual().start(close);
            });
    CountDownLatch closed = new CountDownLatch(3);
    CountDownLatch later = new CountDownLatch(1);

    List.of(1, 2, 3).forEach(i -> poor.watch(closed::countDown).arm(Duration.ofMillis(10)));
    poor.watch(later::countDown).arm(Duration.ofMillis(300));

    assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(later.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(failures).hasValue(9);
    assertThat(poor.size()).isZero();
  }

  @Test
  void aTargetThatFailsInCloseHoldsUpNoOther() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    watchdog
        .watch(() -> {
          throw new IllegalStateException("on purpose");
        })
        .arm(Duration.ZERO);

    watchdog.watch(closed::countDown).arm(Duration.ofMillis(30));

    assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void disarmAndCloseNeverBothHappen() throws Exception {
    for (int i = 0; i < 10_000; i++) {
      Semaphore closed = new Semaphore(0);
      Watchdog.Watch watch = watchdog.watch(closed::release);

      watch.arm(Duration.ofNanos(i % 97 * 11_000L));
      spin(i % 89 * 1_000L);
      boolean inTime = watch.disarm();

      if (inTime) {
        assertThat(watch.expired()).isFalse();
        watch.close();
        assertThat(closed.availablePermits()).isZero();
      } else {
        assertThat(closed.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
      }
    }
    assertThat(watchdog.size()).isZero();
  }

  /**
   * Many threads, each with one watch for many exchanges: those that keep in time are never hit.
   */
  @Test
  void onlyTheExchangeThatOverrunsIsClosed() throws Exception {
    AtomicInteger closedInTime = new AtomicInteger();
    AtomicInteger expired = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 8; t++) {
      threads.add(Thread.startVirtualThread(() -> exchanges(closedInTime, expired)));
    }
    for (Thread thread : threads) {
      assertThat(thread.join(Duration.ofSeconds(30))).isTrue();
    }

    assertThat(closedInTime).hasValue(0);
    assertThat(expired).hasValue(8);
    assertThat(watchdog.size()).isZero();
  }

  private void exchanges(AtomicInteger closedInTime, AtomicInteger expired) {
    CountDownLatch closed = new CountDownLatch(1);
    Watchdog.Watch watch = watchdog.watch(closed::countDown);
    for (int i = 0; i < 10_000; i++) {
      watch.arm(LONG);
      if (closed.getCount() == 0 || !watch.disarm()) {
        closedInTime.incrementAndGet();
      }
    }
    watch.arm(Duration.ofMillis(10));
    awaitQuietly(closed);
    if (!watch.disarm()) {
      expired.incrementAndGet();
    }
  }

  private static void spin(long nanos) {
    long began = System.nanoTime();
    while (System.nanoTime() - began < nanos) {
      Thread.onSpinWait();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
