package org.miltergate.gateway.admission;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.listener.ListenerConfig;
import org.miltergate.milter.bytes.Bytes;

/**
 * Counts the open connections, in total, per listener and per client.
 *
 * <p>A client is an IPv4 address or an IPv6 network of 64 bits, since any host has that many
 * addresses. Thread-safe.
 */
public final class ConnectionCounts {
  private static final int IPV6_NETWORK_BYTES = 8;

  private final int maxInAll;
  private final int maxOfStrangers;
  private final int stress;
  private final int maxOfClient;
  private final Map<ListenerConfig, Integer> shares = new HashMap<>();
  private final Map<ListenerConfig, Integer> ofListener = new HashMap<>();
  private final Map<Bytes, Integer> ofClient = new HashMap<>();
  private int inAll;

  ConnectionCounts(GatewayConfig config) {
    this.maxInAll = config.limits().maxSessions();
    this.maxOfStrangers = maxInAll - config.load().reservedOf(maxInAll);
    this.stress = config.load().stressOf(maxInAll);
    this.maxOfClient = config.limits().maxSessionsPerClient();
    boolean several = config.listeners().size() > 1;
    int usual = several ? Math.max(1, maxInAll - maxInAll / 5) : maxInAll;
    for (ListenerConfig listener : config.listeners()) {
      shares.put(listener, listener.maxSessions() == 0 ? usual : listener.maxSessions());
    }
  }

  /**
   * Counts a connection if it is allowed; {@link #leave(ListenerConfig)} must follow then.
   *
   * @param privileged whether it may use the reserved sessions, and more than the share of its
   *     listener
   */
  public synchronized boolean enter(ListenerConfig listener, boolean privileged) {
    if (inAll >= maxInAll || !privileged && !hasRoom(listener, 1)) {
      return false;
    }
    inAll++;
    ofListener.merge(listener, 1, Integer::sum);
    return true;
  }

  /** Returns whether a connection that was counted as privileged may stay although it is not. */
  public synchronized boolean mayStay(ListenerConfig listener) {
    return hasRoom(listener, 0);
  }

  private boolean hasRoom(ListenerConfig listener, int more) {
    int share = shares.getOrDefault(listener, maxInAll);
    return inAll + more <= maxOfStrangers && ofListener.getOrDefault(listener, 0) + more <= share;
  }

  public synchronized void leave(ListenerConfig listener) {
    inAll--;
    ofListener.merge(listener, -1, Integer::sum);
  }

  /** Returns whether there are so many that the stress limits apply. */
  public synchronized boolean isUnderStress() {
    return inAll >= stress;
  }

  /**
   * Counts a connection of a client if it is allowed; {@link #leave(InetAddress)} must follow then.
   *
   * @return the number of the client's connections; empty if that is too many
   */
  public synchronized OptionalInt enter(InetAddress client) {
    Bytes key = key(client);
    int connections = ofClient.getOrDefault(key, 0) + 1;
    if (connections > maxOfClient) {
      return OptionalInt.empty();
    }
    ofClient.put(key, connections);
    return OptionalInt.of(connections);
  }

  public synchronized void leave(InetAddress client) {
    ofClient.computeIfPresent(key(client), (key, count) -> count == 1 ? null : count - 1);
  }

  public synchronized int inAll() {
    return inAll;
  }

  /** Returns a key that is equal for all addresses of one client. */
  static Bytes key(InetAddress client) {
    byte[] address = client.getAddress();
    return Bytes.copyOf(Arrays.copyOf(address, Math.min(address.length, IPV6_NETWORK_BYTES)));
  }
}
