package org.miltergate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.limits.RateLimits;
import org.miltergate.config.limits.RatesConfig;
import org.miltergate.config.policy.PolicyConfig;
import org.miltergate.gateway.auth.LoginAttempts;
import org.miltergate.gateway.auth.Passwords;
import org.miltergate.gateway.auth.Users;
import org.miltergate.gateway.testkit.Logins;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.TestServer;

/** A limit on wrong passwords holds however many are tried at the same time, and by whom. */
class LoginAttemptsTest {
  private static ClientRates rates(RatesConfig config) {
    return new ClientRates(
        config,
        PolicyConfig.DEFAULT.with(PolicyConfig.TRUSTED_NETWORKS, List.of()),
        new EventCounters(),
        System::nanoTime);
  }

  private static RatesConfig ofClient(int limit) {
    return RatesConfig.DEFAULT.with(RatesConfig.CLIENT, RateLimits.ofAuthFailures(limit));
  }

  private static TestServer server(Users users, RatesConfig rates) throws Exception {
    return TestServer.builder()
        .trustNobody()
        .users(users)
        .config(c -> c.set(GatewayConfig.RATES, rates))
        .start();
  }

  @Test
  void sessionsAtTheSameTimeShareTheLimit() throws Exception {
    AtomicInteger checked = new AtomicInteger();
    Users slow =
        (name, password) -> {
          checked.incrementAndGet();
          return Passwords.hash(password).storedKey().isEmpty(); // as long as a real check
        };
    int sessions = 48;
    CountDownLatch ready = new CountDownLatch(sessions);
    try (TestServer server = server(slow, ofClient(10));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < sessions; i++) {
        all.add(
            threads.submit(() -> {
              try (RawSmtpClient client = server.client()) {
                ready.countDown();
                ready.await();
                client.play("C: AUTH PLAIN " + Logins.base64("\0alice\0wrong") + "\nS: ...");
              }
              return null;
            }));
      }
      for (Future<?> one : all) {
        one.get();
      }

      assertThat(checked).hasValue(10);
    }
  }

  @Test
  void rightPasswordsAtTheSameTimeUseNothingUp() throws Exception {
    try (TestServer server = server((name, password) -> true, ofClient(2));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        all.add(
            threads.submit(() -> {
              try (RawSmtpClient client = server.client()) {
                client.play("C: AUTH PLAIN " + Logins.base64("\0alice\0x") + "\nS: 235 ...");
              }
              return null;
            }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "C: AUTH LOGIN|S: 334 ...|C: *|S: 501 5.7.0 Authentication aborted",
        "C: AUTH LOGIN|S: 334 ...|C: !|S: 501 5.5.2 Error: invalid base64 data",
        "C: AUTH PLAIN|S: 334 ...|C: AAAA|S: 535 ...",
        "C: AUTH SCRAM-SHA-256 biwsbj1hbGljZSxyPXg=|S: 334 ...|C: *|S: 501 5.7.0 ...",
      })
  void exchangesThatAreBrokenOffCount(String dialogue) throws Exception {
    try (TestServer server = server(Logins.USERS, ofClient(2))) {
      for (int i = 0; i < 2; i++) {
        try (RawSmtpClient client = server.client()) {
          client.play(dialogue.replace('|', '\n'));
        }
      }
      try (RawSmtpClient client = server.client()) {
        client.play("C: AUTH PLAIN\nS: 454 4.7.0 Error: too many authentication failures from ...");
      }
    }
  }

  @Test
  void fiveExchangesThatAreBrokenOffEndTheSession() throws Exception {
    try (TestServer server = server(Logins.USERS, ofClient(100));
        RawSmtpClient client = server.client()) {
      for (int i = 0; i < 4; i++) {
        client.play("C: AUTH LOGIN\nS: 334 ...\nC: *\nS: 501 5.7.0 Authentication aborted");
      }
      client.play(
          """
          C: AUTH LOGIN
          S: 334 ...
          C: *
          S: 421 4.7.0 gw.test Error: too many authentication failures
          S! closed
          """);
    }
  }

  @Test
  void accountHasALimitOverAllClients() throws Exception {
    ClientRates rates = rates(RatesConfig.DEFAULT.with(RatesConfig.ACCOUNT_AUTH_FAILURES, 3));
    InetAddress home = InetAddress.getByName("192.0.2.1");
    try (LoginAttempts.Attempt attempt = rates.attempt(home, "alice").orElseThrow()) {
      attempt.succeeded();
    }
    for (int i = 0; i < 3; i++) {
      rates.attempt(InetAddress.getByName("198.51." + i + ".1"), "alice").orElseThrow().close();
    }
    InetAddress stranger = InetAddress.getByName("203.0.113.1");

    assertThat(rates.attempt(stranger, "alice")).isEmpty();
    assertThat(rates.attempt(stranger, "bob")).isPresent();
    assertThat(rates.attempt(home, "alice")).as("has logged in before").isPresent();
  }

  @Test
  void unknownOutcomeIsNoFailure() throws Exception {
    ClientRates rates = rates(ofClient(1));
    InetAddress client = InetAddress.getByName("192.0.2.1");
    for (int i = 0; i < 3; i++) {
      try (LoginAttempts.Attempt attempt = rates.attempt(client, "alice").orElseThrow()) {
        attempt.undecided();
      }
    }
    rates.attempt(client, "alice").orElseThrow().close();

    assertThat(rates.attempt(client, "alice")).isEmpty();
    assertThat(rates.tooMany(client)).isTrue();
  }
}
