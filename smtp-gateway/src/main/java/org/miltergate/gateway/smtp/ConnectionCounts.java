package org.miltergate.gateway.smtp;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.miltergate.milter.bytes.Bytes;

/**
 * Counts the connections that are open, in all and for each client.
 *
 * <p>A client is an IPv4 address or an IPv6 network of 64 bits, since any host has that many
 * addresses. Thread-safe.
 */
final class ConnectionCounts {
  private static final int IPV6_NETWORK_BYTES = 8;

  /** Whether a connection may stay. */
  sealed interface Admission {
    /**
     * It may.
     *
     * @param connections how many this client has now
     */
    record Admitted(int connections) implements Admission {}

    /** This client has as many as one may have. */
    record TooManyOfClient() implements Admission {}

    /** All clients together have as many as there may be. */
    record TooManyInAll() implements Admission {}
  }

  private final int maxInAll;
  private final int maxOfClient;
  private final Map<Bytes, Integer> ofClient = new HashMap<>();
  private int inAll;

  ConnectionCounts(int maxInAll, int maxOfClient) {
    this.maxInAll = maxInAll;
    this.maxOfClient = maxOfClient;
  }

  /** Counts a connection if it may stay; {@link #leave} has to follow then. */
  synchronized Admission enter(InetAddress client) {
    if (inAll >= maxInAll) {
      return new Admission.TooManyInAll();
    }
    Bytes key = key(client);
    int connections = ofClient.getOrDefault(key, 0) + 1;
    if (connections > maxOfClient) {
      return new Admission.TooManyOfClient();
    }
    inAll++;
    ofClient.put(key, connections);
    return new Admission.Admitted(connections);
  }

  synchronized void leave(InetAddress client) {
    inAll--;
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
