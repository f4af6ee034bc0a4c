package org.miltergate.net;

import java.io.IOException;

/**
 * What is done with a peer within a limit of time, by {@link Watchdog.Watch#call}.
 *
 * @param <T> what it returns
 * @param <E> what else it throws
 */
@FunctionalInterface
public interface Exchange<T, E extends Exception> {
  T run() throws IOException, E;

  /** An exchange that returns nothing, for {@link Watchdog.Watch#run}. */
  @FunctionalInterface
  interface Silent {
    void run() throws IOException;
  }
}
