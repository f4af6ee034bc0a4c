package org.miltergate.gateway.admission;

import com.github.benmanes.caffeine.cache.Ticker;
import java.util.Optional;
import org.miltergate.config.GatewayConfig;
import org.miltergate.gateway.dns.ClientNames;

/**
 * What is known of all clients together. Thread-safe.
 *
 * @param connections that are open
 * @param rates what they did recently
 * @param names what they are called; empty if they have no names
 */
public record Admission(
    ConnectionCounts connections,
    ClientRates rates,
    Optional<ClientNames> names,
    EventCounters counters) {

  public static Admission of(GatewayConfig config) {
    EventCounters counters = new EventCounters();
    return new Admission(
        new ConnectionCounts(config),
        new ClientRates(config.rates(), config.policy(), counters, Ticker.systemTicker()),
        config.clientNames().lookup()
            ? Optional.of(
                new ClientNames(
                    config.clientNames(), () -> counters.count(CountedEvent.NAME_NOT_LOOKED_UP)))
            : Optional.empty(),
        counters);
  }
}
