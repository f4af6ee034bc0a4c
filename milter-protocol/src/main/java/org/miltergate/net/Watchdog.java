package org.miltergate.net;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Closes what takes too long: the one way in which exchanges are limited, on every kind of socket.
 *
 * <p>{@code SO_TIMEOUT} limits one read, not an exchange (a peer that sends a byte a second lives
 * forever), does not cover writes, and Unix-domain channels have none. A peer that timed out is out
 * of step, so that closing loses nothing.
 *
 * <p>A limit is kept within about 20 ms. Arming and disarming take no lock, no memory and no entry
 * in a queue; one daemon thread looks through the watches when the earliest deadline it knows of
 * has come, at most every 20 ms, and sleeps while nothing is armed. Thousands of watches are fine.
 *
 * <p>No failure ends that thread, not even an {@link OutOfMemoryError}: without it nothing in the
 * process would ever be late. What could not be closed is tried again after 20 ms.
 *
 * <p>Thread-safe.
 */
public final class Watchdog {
  private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long FAR_NANOS = TimeUnit.DAYS.toNanos(36_500);
  private static final System.Logger log = System.getLogger(Watchdog.class.getName());

  private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
  private final Executor closers;
  private final Thread thread;

  /** Expired and not closed yet, since that failed; a chain. For the watchdog's thread only. */
  private @Nullable Watch unclosed;

  /** When the thread looks again, in {@link System#nanoTime}. An earlier deadline wakes it. */
  private volatile long nextLook = System.nanoTime() + FAR_NANOS;

  Watchdog(String threadName) {
    this(threadName, close -> Thread.ofVirtual().name("watchdog-close").start(close));
  }

  /**
   * @param closers has each target closed on another thread: one that hangs in that must not hold
   *     up the others
   */
  Watchdog(String threadName, Executor closers) {
    this.closers = closers;
    thread = Thread.ofPlatform().name(threadName).daemon().unstarted(this::look);
    thread.start();
  }

  /** Returns the watchdog of this process; it never ends. */
  public static Watchdog shared() {
    return Shared.WATCHDOG;
  }

  /**
   * Registers {@code target}, which is closed when a limit is over. The watch is not armed yet.
   *
   * @param target closed from another thread; must make blocking calls on it fail
   * @return to be closed with the target, or it stays registered
   */
  public Watch watch(Closeable target) {
    Watch watch = new Watch(target);
    watches.add(watch);
    return watch;
  }

  /** Returns how many watches are registered. */
  public int size() {
    return watches.size();
  }

  private void look() {
    while (true) {
      long began = System.nanoTime();
      try {
        plan(began);
        sleepUntil(nextLook);
      } catch (Throwable e) {
        nextLook = began; // so look again
        tell(e);
      }
      restUntil(began + REST_NANOS);
    }
  }

  /** Closes what is late, and finds out when to look again. */
  private void plan(long began) {
    // What is armed while the first look runs may be missed by it, and still compares with the
    // former plan; the second look finds it. What is armed later compares with the new plan.
    nextLook = closeExpired(began);
    long earliest = closeExpired(System.nanoTime());
    if (earliest - nextLook < 0) {
      nextLook = earliest;
    }
  }

  private static void tell(Throwable failure) {
    try {
      log.log(System.Logger.Level.ERROR, "a time limit could not be kept; trying again", failure);
    } catch (Throwable e) {
      return; // there is no memory for a line either
    }
  }

  /** Returns the earliest deadline that is still ahead of {@code now}. */
  private long closeExpired(long now) {
    long earliest = now + FAR_NANOS;
    if (unclosed != null) {
      closeAgain();
      earliest = unclosed == null ? earliest : now;
    }
    for (Watch watch : watches) {
      long state = watch.state.get();
      if (!Watch.isDeadline(state)) {
        continue;
      }
      if (state - now <= 0) {
        watch.expire(state);
        earliest = unclosed == null ? earliest : now;
      } else if (state - earliest < 0) {
        earliest = state;
      }
    }
    return earliest;
  }

  private void closeAgain() {
    Watch next = unclosed;
    unclosed = null;
    while (next != null) {
      Watch watch = next;
      next = watch.afterThis;
      watch.beginClosing();
    }
  }

  private void sleepUntil(long deadline) {
    long ahead = deadline - System.nanoTime();
    if (ahead > 0) {
      LockSupport.parkNanos(this, ahead); // ends early when something nearer is armed
    }
  }

  private void restUntil(long deadline) {
    for (long ahead = deadline - System.nanoTime();
        ahead > 0;
        ahead = deadline - System.nanoTime()) {
      LockSupport.parkNanos(this, ahead);
    }
  }

  /**
   * One target under watch.
   *
   * <p>Arm and disarm from one thread at a time; the rest from any.
   */
  public final class Watch implements Closeable {
    // The state is a deadline in nanoTime, or one of these three, which no deadline ever is.
    private static final long IDLE = 0;
    private static final long EXPIRED = 1;
    private static final long CLOSED = 2;
    private static final long FIRST_DEADLINE = 3;

    private final AtomicLong state = new AtomicLong(IDLE);
    private final Closeable target;
    private @Nullable Watch afterThis;

    private Watch(Closeable target) {
      this.target = target;
    }

    /**
     * Gives the exchange that begins now {@code limit} to end; an earlier limit is replaced. Has no
     * effect on a watch that has expired or is closed.
     */
    public void arm(Duration limit) {
      long deadline = System.nanoTime() + nanos(limit);
      if (!isDeadline(deadline)) {
        deadline = FIRST_DEADLINE;
      }
      if (replace(deadline) && deadline - nextLook < 0) {
        LockSupport.unpark(thread);
      }
    }

    /**
     * Ends the exchange.
     *
     * @return false if its limit was over before; the target is then closed, or about to be
     */
    public boolean disarm() {
      return replace(IDLE) || state.get() == CLOSED;
    }

    /** Returns whether a limit passed before its exchange ended; stays so. */
    public boolean expired() {
      return state.get() == EXPIRED;
    }

    /** Takes the target from under watch; does not close it. */
    @Override
    public void close() {
      replace(CLOSED);
      watches.remove(this);
    }

    private boolean replace(long next) {
      long now = state.get();
      while (now != EXPIRED && now != CLOSED) {
        if (state.compareAndSet(now, next)) {
          return true;
        }
        now = state.get();
      }
      return false;
    }

    private void expire(long deadline) {
      if (state.compareAndSet(deadline, EXPIRED)) {
        watches.remove(this);
        beginClosing();
      }
    }

    private void beginClosing() {
      try {
        closers.execute(this::closeTarget);
      } catch (Throwable e) {
        afterThis = unclosed;
        unclosed = this;
        tell(e);
      }
    }

    private void closeTarget() {
      try {
        target.close();
      } catch (IOException e) {
        // The thread in the exchange sees the end of it; nobody waits for this one.
        return;
      }
    }

    private static boolean isDeadline(long state) {
      return state < IDLE || state >= FIRST_DEADLINE;
    }

    private static long nanos(Duration limit) {
      return limit.toSeconds() >= TimeUnit.NANOSECONDS.toSeconds(FAR_NANOS)
          ? FAR_NANOS
          : limit.toNanos();
    }
  }

  private static final class Shared {
    static final Watchdog WATCHDOG = new Watchdog("miltergate-watchdog");
  }
}
