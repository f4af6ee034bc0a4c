package org.miltergate.gateway.smtp.session;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.miltergate.config.listener.ListenerConfig;
import org.miltergate.config.tls.TlsServerConfig;
import org.miltergate.gateway.tls.ServerTls;

/** The keys of all listeners that speak TLS. Thread-safe. */
public final class ListenerTls {
  private final Map<TlsServerConfig, ServerTls> opened = new ConcurrentHashMap<>();

  /**
   * Reads the files of all listeners.
   *
   * @throws IOException if a file is not as it must be; the message names it
   */
  public void open(List<ListenerConfig> listeners) throws IOException {
    for (ListenerConfig listener : listeners) {
      if (listener.tls().isOn() && !opened.containsKey(listener.tls())) {
        opened.put(listener.tls(), ServerTls.open(listener.tls()));
      }
    }
  }

  public Optional<ServerTls> of(ListenerConfig listener) {
    return Optional.ofNullable(opened.get(listener.tls()));
  }
}
