package org.miltergate.gateway.relay.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.nexthop.NextHopTimeouts;
import org.miltergate.gateway.relay.Delivery;
import org.miltergate.gateway.relay.DeliveryKind;
import org.miltergate.gateway.relay.DeliveryResult;
import org.miltergate.gateway.relay.DeliveryResult.Delivered;
import org.miltergate.gateway.relay.DeliveryResult.Unavailable;
import org.miltergate.gateway.relay.Mail;
import org.miltergate.gateway.relay.MailParameters;
import org.miltergate.gateway.relay.OutboundMessage;
import org.miltergate.gateway.relay.RecipientAnswer;
import org.miltergate.milter.test.smtp.Reaction;
import org.miltergate.milter.test.smtp.SinkEvent;
import org.miltergate.milter.test.smtp.SinkSession;

/** No more connections are in use than allowed, and whoever has to wait gets one in the end. */
class ConnectionLimitTest extends RelayFixture {

  private void limit(int connections) throws Exception {
    reopen(config -> config.with(NextHopConfig.Smtp.MAX_CONNECTIONS, connections));
  }

  @Test
  void messagesWaitForTheirTurn() throws Exception {
    limit(2);
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    sink.on(
        SinkEvent.MAIL,
        call -> {
          most.accumulateAndGet(now.incrementAndGet(), Math::max);
          return Reaction.reply("250 2.1.0 Ok");
        });
    sink.on(
        SinkEvent.END_OF_DATA,
        call -> {
          now.decrementAndGet();
          return Reaction.pause(Duration.ofMillis(20)).then(Reaction.reply("250 2.0.0 Ok"));
        });

    List<Future<DeliveryResult>> results = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 30; i++) {
        OutboundMessage message = Mail.to("one@a");
        results.add(threads.submit(() -> hop.deliver(message)));
      }
    }

    for (Future<DeliveryResult> result : results) {
      assertThat(result.get()).isInstanceOf(Delivered.class);
    }
    assertThat(most.get()).isLessThanOrEqualTo(2);
    assertThat(sink.sessions()).hasSizeLessThanOrEqualTo(2);
  }

  @Test
  void theTurnThatDoesNotComeInTimeIsATempfail() throws Exception {
    reopen(config ->
        config.with(c ->
            c.set(NextHopConfig.Smtp.MAX_CONNECTIONS, 1)
                .set(
                    NextHopConfig.Smtp.TIMEOUTS,
                    config.timeouts().with(NextHopTimeouts.DELIVERY, SHORT))));
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    sink.on(
        SinkEvent.END_OF_DATA,
        call -> {
          busy.countDown();
          awaitQuietly(done);
          return Reaction.reply("250 2.0.0 Ok");
        });
    OutboundMessage first = Mail.to("one@a");

    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<DeliveryResult> held = threads.submit(() -> hop.deliver(first));
      assertThat(busy.await(20, TimeUnit.SECONDS)).isTrue();
      DeliveryResult result = hop.deliver(Mail.to("two@a"));
      done.countDown();

      assertThat(replyOf(result)).isEqualTo("451 4.4.5 Next hop is busy - try again later");
      assertThat(((Unavailable) result).cause()).contains("none of 1 connections to smtp://");
      assertThat(held.get()).isInstanceOf(Delivered.class);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = SinkEvent.class,
      names = {"CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "END_OF_DATA"})
  void everyWayToFailGivesTheTurnBack(SinkEvent event) throws Exception {
    limit(1);
    for (Reaction fault :
        List.of(
            Reaction.close(),
            Reaction.reply("421 4.3.2 no").then(Reaction.close()),
            Reaction.reply("554 5.0.0 no"),
            Reaction.reply("354 what?"))) {
      AtomicInteger times = new AtomicInteger();
      sink.on(event, call -> times.incrementAndGet() <= 2, fault);
      hop.deliver(Mail.to("one@a"));
      hop.deliver(Mail.to("one@a"));
    }

    assertThat(hop.deliver(Mail.to("one@a"))).isInstanceOf(Delivered.class);
    assertThat(hop.deliver(Mail.to("one@a"))).isInstanceOf(Delivered.class);
  }

  @Test
  void aMessageDoesNotWaitForItself() throws Exception {
    reopen(config ->
        config.with(c ->
            c.set(NextHopConfig.Smtp.MAX_CONNECTIONS, 1)
                .set(NextHopConfig.Smtp.RECIPIENTS_PER_TRANSACTION, 1)));

    assertThat(hop.deliver(Mail.to("one@a", "two@a", "three@a"))).isInstanceOf(Delivered.class);
    assertThat(sink.sessions()).hasSize(3);
  }

  @Test
  void norForItsBounce() throws Exception {
    limit(1);
    sink.on(SinkEvent.RCPT, call -> call.line().contains("nobody"), Reaction.reply("550 5.1.1 no"));

    BouncingNotice notice = new BouncingNotice(hop);
    DeliveryResult result = notice.deliver(hop, notice.to("one@a", "nobody@b"));

    assertThat(result).isInstanceOf(Delivered.class);
    assertThat(sink.messages()).hasSize(2);
  }

  @Test
  void aSlowClientKeepsNobodyWaiting() throws Exception {
    limit(1);
    try (Delivery slow = hop.begin(MailParameters.of(Mail.to("one@a")), DeliveryKind.MESSAGE)) {
      assertThat(slow.offer(Mail.recipient("one@a"))).isInstanceOf(RecipientAnswer.Taken.class);

      assertThat(hop.deliver(Mail.to("two@a"))).isInstanceOf(Delivered.class);
      assertThat(deliver(slow, Mail.to("one@a"))).isInstanceOf(Delivered.class);
    }
    assertThat(hop.deliver(Mail.to("three@a"))).isInstanceOf(Delivered.class);
  }

  @Test
  void aConnectionCarriesSoManyMessages() throws Exception {
    reopen(config -> config.with(NextHopConfig.Smtp.MESSAGES_PER_CONNECTION, 3));

    for (int i = 0; i < 7; i++) {
      assertThat(hop.deliver(Mail.to("one@a"))).isInstanceOf(Delivered.class);
    }

    assertThat(sink.sessions()).hasSize(3);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> sink.sessions().stream().filter(SinkSession::ended).count() == 2);
    assertThat(sink.session(1).lines()).endsWith("QUIT");
  }
}
