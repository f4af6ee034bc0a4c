package org.miltergate.app;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;

/**
 * Turns SIGTERM and SIGINT into a stop that ends with status 0.
 *
 * <p>The JVM runs its shutdown hooks on both signals and would then exit with 143 or 130; the hook
 * here waits until the program is done and exits itself. SIGHUP, on which the JVM would also stop,
 * is logged and ignored: it tells services to reload, and there is nothing to reload. Thread-safe.
 */
final class StopSignal {
  /** The time for shutdown in addition to that of the sessions. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  private static final Logger log = LoggerFactory.getLogger(StopSignal.class);

  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook;

  private StopSignal(Duration limit) {
    hook = new Thread(() -> stop(limit.plus(GRACE)), "miltergate-stop");
  }

  static StopSignal install(Duration limit) {
    StopSignal signal = new StopSignal(limit);
    Runtime.getRuntime().addShutdownHook(signal.hook);
    ignoreHangup();
    return signal;
  }

  private static void ignoreHangup() {
    try {
      Signal.handle(
          new Signal("HUP"),
          hangup ->
              log.info(
                  "SIGHUP is ignored: the configuration is read only at startup, TLS files and"
                      + " users files whenever they change"));
    } catch (IllegalArgumentException e) {
      // No such signal here, or the JVM leaves it to others (-Xrs).
      log.debug("SIGHUP keeps its default action", e);
    }
  }

  private void stop(Duration limit) {
    asked.countDown();
    boolean ended;
    try {
      ended = done.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      ended = false;
    }
    Runtime.getRuntime().halt(ended ? 0 : 1);
  }

  /** Waits until the program is asked to stop. */
  void await() throws InterruptedException {
    asked.await();
  }

  /** Reports that everything is closed. A program that ends by itself keeps its own exit status. */
  void done() {
    done.countDown();
    if (asked.getCount() > 0) {
      Runtime.getRuntime().removeShutdownHook(hook);
    }
  }
}
