package org.miltergate.net;

import static org.miltergate.net.HostLookup.because;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.miltergate.milter.text.DurationText;

/**
 * Dials TCP and Unix-domain sockets.
 *
 * <p>All addresses of a name are tried one after another; each gets an equal share of the time
 * left. A Unix-domain socket whose backlog is full is tried again until the limit has passed: on
 * Linux a connect from a virtual thread then fails at once, while one from a platform thread waits.
 * A lack on this side, such as of file descriptors, is a {@link LocalFailureException}.
 *
 * <p>Thread-safe. An interrupt ends the call with {@link ClosedByInterruptException}.
 */
public final class SocketDialer implements Dialer {
  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Watchdog watchdog;
  private final HostLookup lookup;

  /** Dials with the {@linkplain Watchdog#shared shared} watchdog and lookup. */
  public SocketDialer() {
    this(Watchdog.shared(), HostLookup.shared());
  }

  /** Dials with a watchdog and a lookup of one's own; whoever made them closes them. */
  public SocketDialer(Watchdog watchdog, HostLookup lookup) {
    this.watchdog = watchdog;
    this.lookup = lookup;
  }

  @Override
  public ByteStream dial(Endpoint address, Duration limit) throws IOException {
    if (!limit.isPositive()) {
      throw new IllegalArgumentException(
          "limit is " + DurationText.of(limit) + ", must be above zero");
    }
    Deadline deadline = Deadline.in(limit);
    return switch (address) {
      case Endpoint.Inet inet -> dialInet(inet, deadline);
      case Endpoint.Unix unix -> dialUnix(unix.path(), deadline);
    };
  }

  private ByteStream dialInet(Endpoint.Inet inet, Deadline deadline) throws IOException {
    List<InetAddress> hosts = lookup.addressesOf(inet.host(), deadline);
    Attempts attempts = new Attempts(hosts.size());
    for (int i = 0; i < hosts.size() && !deadline.isOver(); i++) {
      Duration share = deadline.left().dividedBy(hosts.size() - i);
      InetSocketAddress target = new InetSocketAddress(hosts.get(i), inet.port());
      try {
        return connect(target, share);
      } catch (ClosedByInterruptException | LocalFailureException e) {
        throw e;
      } catch (IOException e) {
        attempts.failed(target, e);
      }
    }
    throw attempts.failure(deadline);
  }

  private ByteStream dialUnix(Path path, Deadline deadline) throws IOException {
    SocketAddress target = UnixDomainSocketAddress.of(path);
    @Nullable IOException last = null;
    for (long pause = FIRST_PAUSE_NANOS; !deadline.isOver(); pause = longer(pause)) {
      try {
        return connect(target, deadline.left());
      } catch (ClosedByInterruptException | LocalFailureException e) {
        throw e;
      } catch (ConnectException e) {
        throw because(new ConnectException(reason(e) + ", nothing listens on the socket"), e);
      } catch (SocketTimeoutException e) {
        last = e;
      } catch (IOException e) {
        if (e instanceof BindException || !Files.exists(path)) { // no permission, no such file
          throw because(new ConnectException(reason(e)), e);
        }
        // Recognized by exclusion: the text of EAGAIN depends on the locale.
        last = e;
        pause(Math.min(pause, deadline.left().toNanos()));
      }
    }
    throw because(
        new SocketTimeoutException(
            "no connection within %s, the milter's backlog is full".formatted(deadline)),
        last);
  }

  private ByteStream connect(SocketAddress target, Duration limit) throws IOException {
    SocketChannel channel = newSocket(target);
    try (Watchdog.Watch watch = watchdog.watch(channel)) {
      return watch.call(
          limit,
          () -> {
            channel.connect(target);
            refuseSelf(channel);
            return SocketStream.of(channel);
          });
    } catch (DeadlineException e) {
      channel.close();
      throw because(new SocketTimeoutException("no answer in time"), e.getCause());
    } catch (IOException e) {
      channel.close();
      throw e;
    } catch (UnsupportedAddressTypeException e) {
      channel.close();
      throw because(new ConnectException("this JVM is set to use IPv4 only"), e);
    }
  }

  /** A refusal by the system here is not the peer's fault: it is out of descriptors. */
  private static SocketChannel newSocket(SocketAddress target) throws LocalFailureException {
    try {
      return target instanceof UnixDomainSocketAddress
          ? SocketChannel.open(StandardProtocolFamily.UNIX)
          : SocketChannel.open();
    } catch (IOException e) {
      throw new LocalFailureException("no socket for a connection: " + reason(e), e);
    }
  }

  /** A port of the ephemeral range that nothing listens on can be connected to itself. */
  private static void refuseSelf(SocketChannel channel) throws IOException {
    boolean inet = channel.getRemoteAddress() instanceof InetSocketAddress;
    if (inet && channel.getRemoteAddress().equals(channel.getLocalAddress())) {
      throw new ConnectException("Connection refused");
    }
  }

  private static void pause(long nanos) throws IOException {
    LockSupport.parkNanos(Math.max(nanos, 0));
    if (Thread.currentThread().isInterrupted()) {
      throw new ClosedByInterruptException();
    }
  }

  private static long longer(long pause) {
    return Math.min(pause * 2, LONGEST_PAUSE_NANOS);
  }

  private static String reason(IOException failure) {
    return Objects.requireNonNullElseGet(
        failure.getMessage(), () -> failure.getClass().getSimpleName());
  }
}
