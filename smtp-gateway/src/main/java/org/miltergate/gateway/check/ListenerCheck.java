package org.miltergate.gateway.check;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.miltergate.address.HostPort;
import org.miltergate.config.listener.ListenerConfig;

/** Whether this user can listen at the addresses. */
final class ListenerCheck {
  private ListenerCheck() {}

  static List<Finding> check(List<ListenerConfig> listeners) {
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < listeners.size(); i++) {
      String path = "listeners[" + i + "].address";
      fault(listeners.get(i).address())
          .map(text -> Finding.problem(path, text))
          .ifPresent(findings::add);
    }
    return findings;
  }

  /** Binds and does not listen, so that no client can come in. */
  private static Optional<String> fault(HostPort address) {
    try (Socket socket = new Socket()) {
      socket.bind(new InetSocketAddress(InetAddress.getByName(address.host()), address.port()));
      return Optional.empty();
    } catch (UnknownHostException e) {
      return Optional.of(
          "'%s' cannot be resolved; write an address of this host".formatted(address.host()));
    } catch (BindException e) {
      return ofBind(address, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return Optional.of("cannot listen on '%s': %s".formatted(address, e.getMessage()));
    }
  }

  /** The JDK has no type for the reasons; the texts are strerror's. */
  private static Optional<String> ofBind(HostPort address, String message) {
    String reason = message.toLowerCase(Locale.ROOT);
    if (reason.contains("in use")) {
      return Optional.empty();
    }
    if (reason.contains("cannot assign") || reason.contains("can't assign")) {
      return Optional.of(
          "'%s' is not an address of this host; write one that is, or 0.0.0.0 or [::] for all"
              .formatted(address.host()));
    }
    if (reason.contains("denied") || reason.contains("not permitted")) {
      return Optional.of(
          "this user may not listen on port "
              + Integer.toString(address.port())
              + "; write one above 1023, or give the service CAP_NET_BIND_SERVICE");
    }
    return Optional.of("cannot listen on '%s': %s".formatted(address, message));
  }
}
