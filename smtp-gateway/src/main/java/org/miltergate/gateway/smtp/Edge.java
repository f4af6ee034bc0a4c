package org.miltergate.gateway.smtp;

import com.github.benmanes.caffeine.cache.Ticker;
import java.util.Optional;
import org.miltergate.config.GatewayConfig;
import org.miltergate.gateway.dns.ClientNames;

/**
 * What is known of all clients together. Thread-safe.
 *
 * @param connections that are open
 * @param rates what they did of late
 * @param names what they are called; empty if they have no names
 */
record Edge(
    ConnectionCounts connections,
    ClientRates rates,
    Optional<ClientNames> names,
    EdgeCounters counters) {

  static Edge of(GatewayConfig config) {
    EdgeCounters counters = new EdgeCounters();
    return new Edge(
        new ConnectionCounts(config),
        new ClientRates(config.rates(), config.policy(), counters, Ticker.systemTicker()),
        config.clientNames().lookup()
            ? Optional.of(
                new ClientNames(
                    config.clientNames(), () -> counters.count(EdgeEvent.NAME_NOT_LOOKED_UP)))
            : Optional.empty(),
        counters);
  }
}
