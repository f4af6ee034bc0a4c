package org.miltergate.milter.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Looks host names up within a limit.
 *
 * <p>The operating system's look-up can neither be limited nor interrupted, and would hold the
 * carrier of a virtual thread; so it runs on a few platform threads, and a caller leaves when its
 * time is over. While all of them hang, further look-ups wait, each up to its own limit.
 *
 * <p>Thread-safe.
 */
final class HostLookup {
  private static final int MAX_THREADS = 8;

  /** The look-up itself. */
  @FunctionalInterface
  interface Resolver {
    InetAddress[] resolve(String host) throws UnknownHostException;
  }

  private final Resolver resolver;

  HostLookup(Resolver resolver) {
    this.resolver = resolver;
  }

  /**
   * Returns the addresses of {@code host} in the system's order; an address is its own.
   *
   * @throws SocketTimeoutException if the deadline comes first
   * @throws IOException if there are none
   */
  List<InetAddress> addressesOf(String host, Deadline deadline) throws IOException {
    Optional<InetAddress> literal = HostText.literal(host);
    if (literal.isPresent()) {
      return List.of(literal.get());
    }
    CompletableFuture<List<InetAddress>> answer = new CompletableFuture<>();
    Pool.THREADS.execute(() -> resolve(host, answer));
    return await(answer, host, deadline);
  }

  private void resolve(String host, CompletableFuture<List<InetAddress>> answer) {
    if (answer.isDone()) {
      return; // the caller has left meanwhile
    }
    try {
      answer.complete(List.of(resolver.resolve(host)));
    } catch (UnknownHostException | RuntimeException | Error e) {
      answer.completeExceptionally(e); // or the caller would wait for its whole limit
    }
  }

  private static List<InetAddress> await(
      CompletableFuture<List<InetAddress>> answer, String host, Deadline deadline)
      throws IOException {
    try {
      return answer.get(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw new LocalFailureException("cannot look up host name '" + host + "': " + error, error);
      }
      throw because(
          new UnknownHostException(
              "host name '%s' is not known: %s".formatted(host, systemsWords(e, host))),
          e);
    } catch (TimeoutException e) {
      throw because(
          new SocketTimeoutException(
              "no answer to the look-up of host name '%s' within %s".formatted(host, deadline)),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw because(new ClosedByInterruptException(), e);
    } finally {
      answer.cancel(false);
    }
  }

  /** Returns what tells a name that does not exist from a name server that does not answer. */
  private static String systemsWords(ExecutionException failure, String host) {
    Throwable cause = failure.getCause();
    String message = cause == null ? null : cause.getMessage();
    if (message == null) {
      return "no reason given";
    }
    return message.startsWith(host + ": ") ? message.substring(host.length() + 2) : message;
  }

  /** Adds the cause that the exceptions of {@code java.net} take no parameter for. */
  static <E extends IOException> E because(E failure, @Nullable Throwable cause) {
    failure.initCause(cause);
    return failure;
  }

  private static final class Pool {
    static final Executor THREADS = create();

    private static Executor create() {
      ThreadPoolExecutor pool =
          new ThreadPoolExecutor(
              MAX_THREADS,
              MAX_THREADS,
              10,
              TimeUnit.SECONDS,
              new LinkedBlockingQueue<>(),
              Thread.ofPlatform().name("miltergate-lookup-", 0).daemon().factory());
      pool.allowCoreThreadTimeOut(true);
      return pool;
    }
  }
}
