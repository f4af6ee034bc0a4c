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
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Closes connections whose exchanges take too long: the one mechanism for time limits, on every
 * kind of socket.
 *
 * <p>{@code SO_TIMEOUT} limits one read, not an exchange (a peer that sends one byte a second can
 * go on forever), does not cover writes, and Unix-domain channels do not have it. A peer that timed
 * out is out of step, so closing loses nothing.
 *
 * <p>Limits are enforced to within about 20 ms. Arming and disarming need no lock, no allocation
 * and no queue; one daemon thread checks all watches when the earliest known deadline has passed,
 * at most every 20 ms, and sleeps while nothing is armed. It copes with thousands of watches.
 *
 * <p>No failure ends that thread, not even an {@link OutOfMemoryError}: without it no limit in the
 * process would be enforced. A failed close is tried again after 20 ms. It ends by itself when
 * nothing has been under watch for five seconds, and begins again with the next watch, so that an
 * application that has been taken out of a container leaves no thread.
 *
 * <p>Thread-safe.
 */
public final class Watchdog implements Closeable {
  private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long FAR_NANOS = TimeUnit.DAYS.toNanos(36_500);
  private static final System.Logger log = System.getLogger(Watchdog.class.getName());

  private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
  private final String threadName;
  private final Executor closers;
  private final ReentrantLock starting = new ReentrantLock();

  /** Looks through the watches; none while nothing is under watch. Written under the lock. */
  private volatile @Nullable Thread thread;

  private volatile boolean closed;

  /**
   * Expired but not closed yet, since closing failed; a linked list. Only for the watchdog's
   * thread.
   */
  private @Nullable Watch unclosed;

  /** When the thread checks again, in {@link System#nanoTime}. An earlier deadline wakes it. */
  private volatile long nextLook = System.nanoTime() + FAR_NANOS;

  /**
   * Makes a watchdog of one's own, to be closed by whoever made it.
   *
   * @param threadName of its daemon thread, which begins with the first watch
   */
  public Watchdog(String threadName) {
    this(threadName, close -> Thread.ofVirtual().name("watchdog-close").start(close));
  }

  /**
   * @param closers closes each target on another thread: one that hangs must not delay the others
   */
  Watchdog(String threadName, Executor closers) {
    this.threadName = threadName;
    this.closers = closers;
  }

  /** Returns the watchdog that is used where no other is given; it cannot be closed. */
  public static Watchdog shared() {
    return Shared.WATCHDOG;
  }

  /**
   * Registers {@code target}, which is closed when a limit passes. The watch is not armed yet.
   *
   * @param target closed from another thread; closing must make blocking calls on it fail
   * @return the watch; close it together with the target, or it stays registered
   * @throws IllegalStateException if the watchdog is closed
   */
  public Watch watch(Closeable target) {
    Watch watch = new Watch(target);
    watches.add(watch);
    boolean guarded = false;
    try {
      if (thread == null) { // read after the entry was made: see endIfIdle
        start();
      }
      if (closed) {
        throw new IllegalStateException("the watchdog is closed");
      }
      guarded = true;
      return watch;
    } finally {
      if (!guarded) {
        watches.remove(watch);
      }
    }
  }

  private void start() {
    starting.lock();
    try {
      if (thread == null && !closed) {
        Thread next = Thread.ofPlatform().name(threadName).daemon().unstarted(this::look);
        next.start();
        thread = next;
      }
    } finally {
      starting.unlock();
    }
  }

  /**
   * Closes all that is under watch, armed or not, so that no exchange goes on without a limit, and
   * ends the thread. Never waits. The {@linkplain #shared shared} one stays open.
   */
  @Override
  public void close() {
    if (this == Shared.WATCHDOG) {
      return;
    }
    closed = true;
    LockSupport.unpark(thread);
    for (Watch watch : watches) {
      watch.expire();
    }
  }

  /** Returns the number of registered watches. */
  public int size() {
    return watches.size();
  }

  private void look() {
    while (!closed) {
      long began = System.nanoTime();
      try {
        plan(began);
        sleepUntil(nextLook);
      } catch (Throwable e) {
        nextLook = began; // so check again
        tell(e);
      }
      if (watches.isEmpty() && System.nanoTime() - began >= IDLE_NANOS && endIfIdle()) {
        return;
      }
      restUntil(began + REST_NANOS);
    }
  }

  /**
   * Ends the thread if nothing is under watch. A watch is registered first, and looks for a thread
   * then; this goes the other way round, so that one of the two sees the other.
   */
  private boolean endIfIdle() {
    starting.lock();
    try {
      thread = null;
      if (watches.isEmpty() && unclosed == null) {
        return true;
      }
      thread = Thread.currentThread();
      return false;
    } finally {
      starting.unlock();
    }
  }

  /** Closes late targets, and determines when to check again. */
  private void plan(long began) {
    // A watch armed during the first check may be missed by it, and still compares with the old
    // plan; the second check finds it. A watch armed later compares with the new plan.
    nextLook = closeExpired(began);
    long earliest = closeExpired(System.nanoTime());
    if (earliest - nextLook < 0) {
      nextLook = earliest;
    }
  }

  private static void tell(Throwable failure) {
    try {
      log.log(
          System.Logger.Level.ERROR, "a time limit could not be enforced; trying again", failure);
    } catch (Throwable e) {
      return; // no memory for a log line either
    }
  }

  /** Returns the earliest deadline after {@code now}. */
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
    long ahead = Math.min(deadline - System.nanoTime(), IDLE_NANOS);
    if (ahead > 0 && !closed) {
      LockSupport.parkNanos(this, ahead); // ends early when an earlier deadline is armed
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
   * One watched target.
   *
   * <p>Arm, disarm, call and run from one thread at a time; the rest from any.
   */
  public final class Watch implements Closeable {
    // The state is a deadline in nanoTime, or one of these three values, which are never deadlines.
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
     * Has an exchange run, which ends within {@code limit} or by the closing of the target.
     *
     * @return what it brings
     * @throws DeadlineException if the limit was over first, whatever the exchange then brought or
     *     threw; what it threw is the cause. The target is closed, or about to be
     * @throws IOException what the exchange throws within the limit, such as {@link
     *     java.nio.channels.ClosedByInterruptException}; an interrupt closes the target, too
     * @throws E what else it throws, whether the limit is over or not
     */
    public <T, E extends Exception> T call(Duration limit, Exchange<T, E> exchange)
        throws IOException, E {
      arm(limit);
      T result;
      try {
        result = exchange.run();
      } catch (IOException e) {
        throw disarm() ? e : new DeadlineException(limit, e);
      } catch (Throwable e) {
        disarm();
        throw e;
      }
      if (!disarm()) {
        throw new DeadlineException(limit, null);
      }
      return result;
    }

    /**
     * Has an exchange run that brings nothing, as {@link #call}.
     *
     * @throws DeadlineException if the limit was over first
     * @throws IOException what the exchange throws within the limit
     */
    public void run(Duration limit, Exchange.Silent exchange) throws IOException {
      call(
          limit,
          () -> {
            exchange.run();
            return Boolean.TRUE;
          });
    }

    /**
     * Starts an exchange that must end within {@code limit}; an earlier limit is replaced. Has no
     * effect on a watch that has expired or is closed.
     */
    public void arm(Duration limit) {
      long deadline = System.nanoTime() + nanos(limit);
      if (!isDeadline(deadline)) {
        deadline = FIRST_DEADLINE;
      }
      if (replace(deadline) && deadline - nextLook < 0) {
        LockSupport.unpark(thread); // there is one while this is registered
      }
    }

    /**
     * Ends the exchange.
     *
     * @return false if its limit had already passed; the target is then closed, or about to be
     */
    public boolean disarm() {
      return replace(IDLE) || state.get() == CLOSED;
    }

    /** Returns whether a limit passed before its exchange ended; once true, it stays true. */
    public boolean expired() {
      return state.get() == EXPIRED;
    }

    /** Stops watching the target; does not close it. */
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

    /** The watchdog ends, and this with it. */
    private void expire() {
      replace(EXPIRED);
      watches.remove(this);
      beginClosing();
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
        // The thread in the exchange notices the close; nothing waits for this one.
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
