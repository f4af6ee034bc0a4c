package org.miltergate.gateway.smtp;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.miltergate.milter.bytes.Bytes;

/**
 * Counts the connections that are open, in all and for each client.
 *
 * <p>A client is an IPv4 address or an IPv6 network of 64 bits, since any host has that many
 * addresses. Thread-safe.
 */
final class ConnectionCounts {
  private static final int IPV6_NETWORK_BYTES = 8;

  private final int maxInAll;
  private final int maxOfClient;
  private final Map<Bytes, Integer> ofClient = new HashMap<>();
  private int inAll;

  ConnectionCounts(int maxInAll, int maxOfClient) {
    this.maxInAll = maxInAll;
    this.maxOfClient = maxOfClient;
  }

  /** Counts a connection, whosever it is, if it may stay; {@link #leave()} has to follow then. */
  synchronized boolean enter() {
    if (inAll >= maxInAll) {
      return false;
    }
    inAll++;
    return true;
  }

  synchronized void leave() {
    inAll--;
  }

  /**
   * Counts a connection of a client if it may stay; {@link #leave(InetAddress)} has to follow then.
   *
   * @return how many the client has now; empty if that were too many
   */
  synchronized OptionalInt enter(InetAddress client) {
    Bytes key = key(client);
    int connections = ofClient.getOrDefault(key, 0) + 1;
    if (connections > maxOfClient) {
      return OptionalInt.empty();
    }
    ofClient.put(key, connections);
    return OptionalInt.of(connections);
  }

  synchronized void leave(InetAddress client) {
    ofClient.computeIfPresent(key(client), (key, count) -> count == 1 ? null : count - 1);
  }

  synchronized int inAll() {
    return inAll;
  }

  private static Bytes key(InetAddress client) {
    byte[] address = client.getAddress();
    return Bytes.copyOf(Arrays.copyOf(address, Math.min(address.length, IPV6_NETWORK_BYTES)));
  }
}
