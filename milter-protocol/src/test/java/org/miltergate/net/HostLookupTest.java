package org.miltergate.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostLookupTest {
  private static final Duration AMPLE = Duration.ofSeconds(20);

  private final AtomicInteger asked = new AtomicInteger();

  private HostLookup answering(HostLookup.Resolver resolver) {
    return new HostLookup(host -> {
      asked.incrementAndGet();
      return resolver.resolve(host);
    });
  }

  private static List<String> ask(HostLookup lookup, String host) throws Exception {
    return lookup.addressesOf(host, Deadline.in(AMPLE)).stream()
        .map(InetAddress::getHostAddress)
        .toList();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "127.0.0.1,     127.0.0.1,                     0",
    "::1,           0:0:0:0:0:0:0:1,               0",
    "localhost,     127.0.0.1 0:0:0:0:0:0:0:1,     0",
    "LocalHost,     127.0.0.1 0:0:0:0:0:0:0:1,     0",
    "localhost.,    127.0.0.1 0:0:0:0:0:0:0:1,     0",
    "localhost.x,   192.0.2.1,                     1",
    "my-localhost,  192.0.2.1,                     1",
    "milter.test,   192.0.2.1,                     1",
  })
  void looksUpNamesOnly(String host, String addresses, int lookups) throws Exception {
    HostLookup lookup = answering(name -> new InetAddress[] {InetAddress.getByName("192.0.2.1")});

    assertThat(String.join(" ", ask(lookup, host))).isEqualTo(addresses);
    assertThat(asked).hasValue(lookups);
  }

  @Test
  void looksANameUpOnceForAllWhoAskMeanwhile() throws Exception {
    CountDownLatch answer = new CountDownLatch(1);
    HostLookup lookup =
        answering(name -> {
          awaitQuietly(answer);
          return new InetAddress[] {InetAddress.getByName("192.0.2.1")};
        });
    List<FutureTask<List<String>>> callers = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      String spelling = i % 2 == 0 ? "milter.test" : "Milter.TEST";
      FutureTask<List<String>> caller = new FutureTask<>(() -> ask(lookup, spelling));
      callers.add(caller);
      Thread.startVirtualThread(caller);
    }
    // One who leaves takes the answer from nobody.
    assertThatThrownBy(() -> lookup.addressesOf("milter.test", Deadline.in(Duration.ofMillis(50))))
        .isInstanceOf(SocketTimeoutException.class);
    answer.countDown();

    for (FutureTask<List<String>> caller : callers) {
      assertThat(caller.get(20, TimeUnit.SECONDS)).containsExactly("192.0.2.1");
    }
    assertThat(asked.get()).isLessThan(callers.size());
    assertThat(ask(lookup, "milter.test")).containsExactly("192.0.2.1");
  }

  @Test
  void keepsNothingOfALookUpThatHasEnded() throws Exception {
    HostLookup lookup =
        answering(name -> {
          if (asked.get() == 2) {
            throw new UnknownHostException(name + ": Name or service not known");
          }
          return new InetAddress[] {InetAddress.getByName("192.0.2." + asked.get())};
        });

    assertThat(ask(lookup, "milter.test")).containsExactly("192.0.2.1");
    assertThatThrownBy(() -> ask(lookup, "milter.test"))
        .isInstanceOf(UnknownHostException.class)
        .hasMessage("host name 'milter.test' is unknown: Name or service not known");
    assertThat(ask(lookup, "milter.test")).containsExactly("192.0.2.3");
  }

  @Test
  void namesDoNotWaitForEachOther() throws Exception {
    CountDownLatch answer = new CountDownLatch(1);
    HostLookup lookup =
        answering(name -> {
          if (name.equals("slow.test")) {
            awaitQuietly(answer);
          }
          return new InetAddress[] {InetAddress.getByName("192.0.2.1")};
        });
    List<FutureTask<List<String>>> slow = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      slow.add(new FutureTask<>(() -> ask(lookup, "slow.test")));
      Thread.startVirtualThread(slow.getLast());
    }

    assertThat(ask(lookup, "quick.test")).containsExactly("192.0.2.1");
    answer.countDown();
    for (FutureTask<List<String>> caller : slow) {
      assertThat(caller.get(20, TimeUnit.SECONDS)).hasSize(1);
    }
  }

  @Test
  void lackOfMemoryIsNoFailureOfThePeer() {
    HostLookup lookup =
        answering(name -> {
          throw new OutOfMemoryError("unable to create native thread");
        });

    Throwable failure = catchThrowable(() -> ask(lookup, "milter.test"));

    assertThat(failure)
        .isInstanceOf(LocalFailureException.class)
        .hasMessageContaining("unable to create native thread");
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
