package org.miltergate.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.miltergate.config.auth.PasswordHash;

class StoredUsersTest {
  private static final PasswordHash SECRET = Passwords.hash("secret", 4096);
  private static final PasswordHashes ONE = new UserTable.Builder().add("alice", SECRET).build();

  @Test
  void takesTheRightPasswordOnly() throws IOException {
    Users users = Users.of(ONE);

    assertThat(users.verify("alice", "secret")).isTrue();
    assertThat(users.verify("alice", "Secret")).isFalse();
    assertThat(users.verify("bob", "secret")).isFalse();
  }

  @Test
  void anUnknownUserCostsTheSameRounds() {
    PasswordHash decoy = StoredUsers.decoy(ONE, "bob");

    assertThat(decoy.iterations()).isEqualTo(SECRET.iterations());
    assertThat(decoy.salt().length()).isEqualTo(SECRET.salt().length());
    assertThat(StoredUsers.decoy(ONE, "bob")).isEqualTo(decoy);
    PasswordHashes unknown = name -> Optional.empty();
    assertThat(StoredUsers.decoy(unknown, "bob").iterations())
        .isEqualTo(Passwords.DEFAULT_ITERATIONS);
  }

  @Test
  void manyAtOnceAreServedOneAfterAnother() throws Exception {
    HashGate gate = new HashGate(1, Duration.ofSeconds(30));
    AtomicInteger inside = new AtomicInteger();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> all =
          IntStream.range(0, 50)
              .mapToObj(i ->
                  threads.submit(() ->
                      gate.compute(() -> {
                        boolean alone = inside.incrementAndGet() == 1;
                        Thread.yield();
                        inside.decrementAndGet();
                        return alone;
                      })))
              .toList();
      for (Future<Boolean> one : all) {
        assertThat(one.get(30, TimeUnit.SECONDS)).isTrue();
      }
    }
  }

  @Test
  void whoWaitsTooLongForItsTurnIsToldSo() throws Exception {
    HashGate gate = new HashGate(1, Duration.ofMillis(10));
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Boolean> first =
          threads.submit(() ->
              gate.compute(() -> {
                entered.countDown();
                try {
                  return leave.await(30, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                  return false;
                }
              }));
      assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();

      assertThatThrownBy(() -> gate.compute(() -> true))
          .isInstanceOf(IOException.class)
          .hasMessage("too many logins at a time");

      leave.countDown();
      assertThat(first.get(30, TimeUnit.SECONDS)).isTrue();
      assertThat(gate.compute(() -> true)).isTrue();
    }
  }
}
