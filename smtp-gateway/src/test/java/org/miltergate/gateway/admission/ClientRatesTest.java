package org.miltergate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.miltergate.address.Cidr;
import org.miltergate.config.limits.RateLimits;
import org.miltergate.config.limits.RatesConfig;
import org.miltergate.config.policy.PolicyConfig;

class ClientRatesTest {
  private static final RateLimits NONE = RateLimits.ofAuthFailures(0);

  private final AtomicLong clock = new AtomicLong();
  private final EventCounters counters = new EventCounters();

  private ClientRates rates(RateLimits client, RateLimits network) {
    RatesConfig config =
        RatesConfig.DEFAULT
            .with(RatesConfig.CLIENT, client)
            .with(RatesConfig.NETWORK, network)
            .with(RatesConfig.EXCEPT, List.of(Cidr.parse("198.51.100.0/24")));
    return new ClientRates(config, PolicyConfig.DEFAULT, counters, clock::get);
  }

  private static InetAddress ip(String text) throws UnknownHostException {
    return InetAddress.getByName(text);
  }

  @Test
  void letsAsManyPassAsAreAllowedInAPeriod() throws UnknownHostException {
    ClientRates rates = rates(NONE.with(RateLimits.MESSAGES, 2), NONE);
    InetAddress client = ip("192.0.2.1");

    assertThat(rates.count(RateKind.MESSAGE, client)).isEmpty();
    assertThat(rates.count(RateKind.MESSAGE, client)).isEmpty();
    assertThat(rates.count(RateKind.MESSAGE, client)).hasValue(3);
    assertThat(rates.count(RateKind.MESSAGE, ip("192.0.2.2"))).isEmpty();
    assertThat(rates.count(RateKind.RECIPIENT, client)).isEmpty();
    assertThat(counters.snapshot()).containsEntry("message-rate-exceeded", 1L);

    clock.addAndGet(Duration.ofSeconds(60).toNanos());
    assertThat(rates.count(RateKind.MESSAGE, client)).isEmpty();
  }

  @Test
  void takesANetworkOf64BitsForOneClient() throws UnknownHostException {
    ClientRates rates = rates(NONE.with(RateLimits.CONNECTIONS, 1), NONE);

    assertThat(rates.count(RateKind.CONNECTION, ip("2001:db8::1"))).isEmpty();
    assertThat(rates.count(RateKind.CONNECTION, ip("2001:db8::2:1"))).hasValue(2);
    assertThat(rates.count(RateKind.CONNECTION, ip("2001:db8:0:1::1"))).isEmpty();
  }

  @Test
  void countsNetworksToo() throws UnknownHostException {
    ClientRates rates = rates(NONE, NONE.with(RateLimits.CONNECTIONS, 1));

    assertThat(rates.count(RateKind.CONNECTION, ip("192.0.2.1"))).isEmpty();
    assertThat(rates.count(RateKind.CONNECTION, ip("192.0.2.2"))).hasValue(2);
    assertThat(rates.count(RateKind.CONNECTION, ip("192.0.3.2"))).isEmpty();
    assertThat(rates.count(RateKind.CONNECTION, ip("2001:db8:1:1::1"))).isEmpty();
    assertThat(rates.count(RateKind.CONNECTION, ip("2001:db8:1:2::1"))).hasValue(2);
    assertThat(rates.count(RateKind.CONNECTION, ip("2001:db8:2:2::1"))).isEmpty();
  }

  @Test
  void countsNeitherTrustedClientsNorExceptions() throws UnknownHostException {
    ClientRates rates = rates(NONE.with(RateLimits.ERRORS, 1), NONE);

    for (int i = 0; i < 10; i++) {
      assertThat(rates.count(RateKind.ERROR, ip("127.0.0.1"))).isEmpty();
      assertThat(rates.count(RateKind.ERROR, ip("198.51.100.7"))).isEmpty();
    }
  }

  @Test
  void triesNoFurtherLoginBehindTheLastFailureAllowed() throws UnknownHostException {
    ClientRates rates = rates(RateLimits.ofAuthFailures(2), NONE);
    InetAddress client = ip("192.0.2.1");

    rates.failed(client);
    assertThat(rates.tooMany(client)).isFalse();
    rates.failed(client);
    assertThat(rates.tooMany(client)).isTrue();
    assertThat(rates.tooMany(ip("192.0.2.2"))).isFalse();
  }

  @Test
  void remembersNoMoreClientsThanAllowed() throws UnknownHostException {
    RatesConfig config =
        RatesConfig.DEFAULT
            .with(RatesConfig.CLIENT, NONE.with(RateLimits.ERRORS, 1))
            .with(RatesConfig.TRACKED, 1000);
    ClientRates rates = new ClientRates(config, PolicyConfig.DEFAULT, counters, clock::get);

    for (int i = 0; i < 100_000; i++) {
      byte[] address = {10, (byte) (i >> 16), (byte) (i >> 8), (byte) i};
      rates.count(RateKind.ERROR, InetAddress.getByAddress(address));
    }

    assertThat(rates.tracked()).isLessThanOrEqualTo(1000);
  }
}
