package org.miltergate.net;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Looks up host names within a time limit.
 *
 * <p>The operating system's lookup can neither be limited nor interrupted, and would block the
 * carrier of a virtual thread; so it runs on a few platform threads, and a caller returns when its
 * time has passed. Each name has at most one lookup in progress: a lookup that hangs blocks one
 * thread, however many callers wait for it. Results are not cached here; the JVM caches addresses
 * for 30 s unless its security property {@code networkaddress.cache.ttl} says otherwise.
 *
 * <p>Threads begin with a lookup, and end five seconds after the last one. Thread-safe.
 */
public final class HostLookup implements Closeable {
  private static final int MAX_THREADS = 8;
  private static final long IDLE_SECONDS = 5;

  /** The lookup itself. Called from several threads; may block for as long as it likes. */
  @FunctionalInterface
  public interface Resolver {
    /**
     * Returns the addresses of a host, best first.
     *
     * @throws UnknownHostException if there are none
     */
    InetAddress[] resolve(String host) throws UnknownHostException;
  }

  private final Resolver resolver;
  private final ConcurrentMap<String, CompletableFuture<List<InetAddress>>> underWay =
      new ConcurrentHashMap<>();

  private final ThreadPoolExecutor threads = threads();

  /** Makes a lookup of one's own, to be closed by whoever made it. */
  public HostLookup(Resolver resolver) {
    this.resolver = resolver;
  }

  /** Returns the lookup that is used where no other is given; it cannot be closed. */
  public static HostLookup shared() {
    return Shared.LOOKUP;
  }

  /**
   * Returns the addresses of {@code host} in the system's order; addresses and {@code localhost}
   * need no lookup. Blocks until the deadline at most.
   *
   * @throws SocketTimeoutException if the deadline passes first
   * @throws LocalFailureException if it failed for lack of memory or file descriptors
   * @throws IOException if there are none
   */
  List<InetAddress> addressesOf(String host, Deadline deadline) throws IOException {
    List<InetAddress> known = HostText.withoutLookup(host);
    return known.isEmpty()
        ? await(
            underWay.computeIfAbsent(host.toLowerCase(Locale.ROOT), this::begin), host, deadline)
        : known;
  }

  private CompletableFuture<List<InetAddress>> begin(String host) {
    CompletableFuture<List<InetAddress>> answer = new CompletableFuture<>();
    try {
      threads.execute(() -> resolve(host, answer));
    } catch (RejectedExecutionException e) {
      answer.completeExceptionally(new UnknownHostException("the lookup of host names is closed"));
    }
    return answer;
  }

  /** Whoever asks from then on looks up again, so that a name that has changed is followed. */
  private void resolve(String host, CompletableFuture<List<InetAddress>> answer) {
    try {
      List<InetAddress> addresses = List.of(resolver.resolve(host));
      underWay.remove(host, answer);
      answer.complete(addresses);
    } catch (Throwable e) {
      underWay.remove(host, answer);
      answer.completeExceptionally(e);
    }
  }

  private static List<InetAddress> await(
      CompletableFuture<List<InetAddress>> answer, String host, Deadline deadline)
      throws IOException {
    try {
      return answer.get(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      requireMeans(host, e);
      throw because(
          new UnknownHostException(
              String.format(
                  Locale.ROOT, "host name '%s' is unknown: %s", host, systemsWords(e, host))),
          e);
    } catch (TimeoutException e) {
      throw because(
          new SocketTimeoutException(
              String.format(
                  Locale.ROOT,
                  "no reply to the lookup of host name '%s' within %s",
                  host,
                  deadline)),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw because(new ClosedByInterruptException(), e);
    }
  }

  /** The system also reports an unknown name when it has no file descriptor for the lookup. */
  private static void requireMeans(String host, ExecutionException failure)
      throws LocalFailureException {
    String text = "cannot look up host name '" + host + "': ";
    if (failure.getCause() instanceof Error error) {
      throw new LocalFailureException(text + error, failure);
    }
    try {
      SocketChannel.open().close();
    } catch (IOException e) {
      throw new LocalFailureException(text + e.getMessage(), failure);
    }
  }

  /**
   * Returns the text that distinguishes a name that does not exist from a name server that does not
   * respond.
   */
  private static String systemsWords(ExecutionException failure, String host) {
    Throwable cause = failure.getCause();
    String message = cause == null ? null : cause.getMessage();
    if (message == null) {
      return "no reason given";
    }
    String repeated = host + ": ";
    return message.regionMatches(true, 0, repeated, 0, repeated.length())
        ? message.substring(repeated.length())
        : message;
  }

  /** Adds a cause, for which exceptions of {@code java.net} have no parameter. */
  static <E extends IOException> E because(E failure, @Nullable Throwable cause) {
    failure.initCause(cause);
    return failure;
  }

  private static ThreadPoolExecutor threads() {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            MAX_THREADS,
            MAX_THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().name("miltergate-lookup-", 0).daemon().factory());
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /**
   * Ends the threads, as far as the resolver lets them: the one of the operating system cannot be
   * interrupted. Never waits. lookups under way fail when their limit is over, later ones at once.
   * The {@linkplain #shared shared} one stays open.
   */
  @Override
  public void close() {
    if (this != Shared.LOOKUP) {
      threads.shutdownNow();
    }
  }

  private static final class Shared {
    static final HostLookup LOOKUP = new HostLookup(InetAddress::getAllByName);
  }
}
