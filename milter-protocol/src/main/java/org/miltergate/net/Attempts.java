package org.miltergate.net;

import static org.miltergate.net.HostLookup.because;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The failed attempts to connect to the addresses of a host, and whether the failure is local.
 *
 * <p>A missing local address or port for an IPv4 address is a local failure. A machine without IPv6
 * has none for an IPv6 address either, so that counts only if no other address was tried.
 */
final class Attempts {

  private record Attempt(InetSocketAddress target, IOException failure) {
    String reason() {
      return Objects.requireNonNullElseGet(
          failure.getMessage(), () -> failure.getClass().getSimpleName());
    }

    boolean isWithoutLocalAddress() {
      return failure instanceof BindException;
    }

    @Override
    public String toString() {
      String host = target.getAddress().getHostAddress();
      return host.indexOf(':') < 0
          ? host + ":" + target.getPort() + " " + reason()
          : "[" + host + "]:" + target.getPort() + " " + reason();
    }
  }

  private final boolean several;
  private final List<Attempt> attempts = new ArrayList<>();

  /**
   * Creates an empty list.
   *
   * @param addresses the number of addresses to try
   */
  Attempts(int addresses) {
    several = addresses > 1;
  }

  void failed(InetSocketAddress target, IOException failure) {
    attempts.add(new Attempt(target, failure));
  }

  /** Returns the exception to throw when no address or no time is left. */
  IOException failure(Deadline deadline) {
    IOException last = attempts.isEmpty() ? null : attempts.getLast().failure();
    if (attempts.stream().anyMatch(this::isOurs)) {
      return new LocalFailureException("no local address or port: " + text(), last);
    }
    if (deadline.isOver()) {
      String others = attempts.size() > 1 ? ": " + text() : "";
      return because(new SocketTimeoutException("no connection within " + deadline + others), last);
    }
    return because(new ConnectException(text()), last);
  }

  private boolean isOurs(Attempt attempt) {
    return attempt.isWithoutLocalAddress()
        && (attempt.target().getAddress() instanceof Inet4Address
            || attempts.stream().allMatch(Attempt::isWithoutLocalAddress));
  }

  private String text() {
    return several
        ? attempts.stream().map(Attempt::toString).collect(Collectors.joining("; "))
        : attempts.stream().map(Attempt::reason).collect(Collectors.joining());
  }
}
