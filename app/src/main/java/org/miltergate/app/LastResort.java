package org.miltergate.app;

import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the process when a thread fails that serves all clients, such as one that accepts
 * connections: without it the process would only appear to work. A supervisor restarts it.
 *
 * <p>Threads of single sessions and tasks are virtual ones; their failures are logged. Thread-safe.
 */
final class LastResort implements Thread.UncaughtExceptionHandler {
  /** Also the JVM's own, with {@code -XX:+ExitOnOutOfMemoryError}. */
  static final int STATUS = 3;

  private static final Logger log = LoggerFactory.getLogger(LastResort.class);

  private LastResort() {}

  static void install() {
    Thread.setDefaultUncaughtExceptionHandler(new LastResort());
  }

  @Override
  public void uncaughtException(Thread thread, Throwable failure) {
    boolean ends = !thread.isVirtual() || failure instanceof OutOfMemoryError;
    try {
      log.error("thread {} has failed", thread.getName(), failure);
      if (ends) {
        System.err.println(
            String.format(
                Locale.ROOT,
                "miltergate: thread %s has failed, so the program ends with status %d: %s",
                thread.getName(),
                STATUS,
                failure));
      }
    } finally {
      if (ends) {
        Runtime.getRuntime().halt(STATUS);
      }
    }
  }
}
