package org.miltergate.gateway.relay.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.gateway.relay.DeliveryResult;
import org.miltergate.gateway.relay.DeliveryResult.Delivered;
import org.miltergate.gateway.relay.Mail;
import org.miltergate.gateway.relay.OutboundMessage;
import org.miltergate.milter.test.smtp.Reaction;
import org.miltergate.milter.test.smtp.ScriptedSmtpSink;
import org.miltergate.milter.test.smtp.SinkEvent;
import org.miltergate.milter.test.smtp.SinkSession;

class ConnectionReuseTest extends RelayFixture {

  @Test
  void connectionThatEndedMeanwhileIsNotUsed() throws Exception {
    sink.on(SinkEvent.END_OF_DATA, Reaction.reply("250 2.0.0 Ok").then(Reaction.close()));

    hop.deliver(Mail.to("one@a"));
    sink.awaitSessions("end", all -> all.getFirst().ended());
    DeliveryResult second = hop.deliver(Mail.to("one@a"));

    assertThat(second).isInstanceOf(Delivered.class);
    assertThat(sink.sessions()).hasSize(2);
  }

  @Test
  void connectionWithUnreadBytesIsNotUsed() throws Exception {
    sink.on(
        SinkEvent.END_OF_DATA,
        call -> call.session() == 1,
        Reaction.reply("250 2.0.0 Ok", "250 2.0.0 once more"));

    hop.deliver(Mail.to("one@a"));
    DeliveryResult second = hop.deliver(Mail.to("one@a"));

    assertThat(second).isInstanceOf(Delivered.class);
    assertThat(second.recipients().getFirst().text()).endsWith("queued as SINK");
    assertThat(sink.sessions()).hasSize(2);
  }

  @Test
  void connectionLostAtReuseIsTriedOnceMoreOnANewOne() throws Exception {
    hop.deliver(Mail.to("one@a"));
    sink.on(SinkEvent.MAIL, call -> call.session() == 1, Reaction.reset());

    DeliveryResult second = hop.deliver(Mail.to("one@a"));

    assertThat(second).isInstanceOf(Delivered.class);
    assertThat(sink.sessions()).hasSize(2);
    assertThat(sink.messages()).hasSize(2);
  }

  @Test
  void timeoutNoticeAtReuseIsTriedOnceMoreOnANewOne() throws Exception {
    hop.deliver(Mail.to("one@a"));
    sink.on(
        SinkEvent.MAIL,
        call -> call.session() == 1,
        Reaction.reply("421 4.4.2 idle too long").then(Reaction.close()));

    assertThat(hop.deliver(Mail.to("one@a"))).isInstanceOf(Delivered.class);
  }

  static List<Arguments> endsBeforeTheContent() {
    List<Arguments> all = new ArrayList<>();
    for (SinkEvent event : List.of(SinkEvent.MAIL, SinkEvent.RCPT, SinkEvent.DATA)) {
      for (boolean kept : new boolean[] {true, false}) {
        for (Reaction end :
            List.of(
                Reaction.reply("421 4.4.2 enough").then(Reaction.close()),
                Reaction.reply("421 4.4.2 enough"),
                Reaction.close(),
                Reaction.reset())) {
          all.add(Arguments.of(event, kept, end));
        }
      }
    }
    return all;
  }

  @ParameterizedTest(name = "{0} kept {1} {2}")
  @MethodSource("endsBeforeTheContent")
  void endBeforeTheContentIsAReasonToDialAgain(SinkEvent event, boolean kept, Reaction end)
      throws Exception {
    if (kept) {
      hop.deliver(Mail.to("one@a"));
    }
    sink.on(event, call -> call.session() == 1, end);

    DeliveryResult result = hop.deliver(Mail.to("one@a", "two@a"));

    assertThat(result).isInstanceOf(Delivered.class);
    assertThat(sink.sessions()).hasSize(2);
    assertThat(sink.messages()).hasSize(kept ? 2 : 1);
  }

  @Test
  void newConnectionIsDialledOnceMoreOnly() throws Exception {
    sink.on(SinkEvent.MAIL, Reaction.close());

    assertThat(replyOf(hop.deliver(Mail.to("one@a")))).startsWith("451 4.4.2");
    assertThat(sink.sessions()).hasSize(2);
  }

  @Test
  void manyConnectionsThatEndedAreNotTriedInTurn() throws Exception {
    deliverAtOnce(8);
    int sessions = sink.sessions().size();
    sink.on(
        SinkEvent.MAIL,
        call -> call.session() <= sessions,
        Reaction.reply("421 4.4.2 enough").then(Reaction.close()));

    assertThat(hop.deliver(Mail.to("one@a"))).isInstanceOf(Delivered.class);
    assertThat(sink.sessions()).hasSize(sessions + 1);
  }

  @Test
  void nothingIsDialledAgainAfterTheContent() throws Exception {
    sink.on(SinkEvent.END_OF_DATA, Reaction.reply("421 4.3.2 no").then(Reaction.close()));

    assertThat(replyOf(hop.deliver(Mail.to("one@a")))).startsWith("451 4.4.2");
    assertThat(sink.sessions()).hasSize(1);
  }

  @Test
  void nextHopThatIsDownAtReuseIsToldAsSuch() throws Exception {
    hop.deliver(Mail.to("one@a"));
    sink.close();

    assertThat(replyOf(hop.deliver(Mail.to("one@a")))).startsWith("451 4.4.1");
  }

  @Test
  void restartedNextHopIsFoundAgain() throws Exception {
    hop.deliver(Mail.to("one@a"));
    int port = sink.port();
    sink.close();
    sink = ScriptedSmtpSink.startOn(port);

    assertThat(hop.deliver(Mail.to("one@a"))).isInstanceOf(Delivered.class);
    assertThat(sink.messages()).hasSize(1);
  }

  @Test
  void idleConnectionsTakeLeaveInTime() throws Exception {
    reopen(config -> config.with(NextHopConfig.Smtp.IDLE_TIME, Duration.ofMillis(200)));

    hop.deliver(Mail.to("one@a"));

    List<SinkSession> sessions =
        sink.awaitSessions("end", all -> all.stream().allMatch(SinkSession::ended));
    assertThat(sessions.getFirst().lines()).endsWith("QUIT");
    await().atMost(Duration.ofSeconds(10)).until(() -> hop.idleConnections() == 0);
    assertThat(hop.deliver(Mail.to("one@a"))).isInstanceOf(Delivered.class);
  }

  @Test
  void noMoreAreKeptThanAllowed() throws Exception {
    reopen(config -> config.with(NextHopConfig.Smtp.IDLE_CONNECTIONS, 2));

    deliverAtOnce(10);

    assertThat(hop.idleConnections()).isLessThanOrEqualTo(2);
    int kept = hop.idleConnections();
    sink.awaitSessions(
        "leave of the others", all -> all.stream().filter(s -> !s.ended()).count() == kept);
  }

  @Test
  void noneAreKeptIfNoneAreWanted() throws Exception {
    reopen(config -> config.with(NextHopConfig.Smtp.IDLE_CONNECTIONS, 0));

    hop.deliver(Mail.to("one@a"));

    assertThat(hop.idleConnections()).isZero();
    sink.awaitSessions("end", all -> all.getFirst().ended());
  }

  @Test
  void transactionsOfOneConnectionAreLimitedByTheNextHop() throws Exception {
    sink.extensions("PIPELINING", "LIMITS MAILMAX=2");

    for (int i = 0; i < 5; i++) {
      hop.deliver(Mail.to("one@a"));
    }

    assertThat(sink.sessions()).hasSize(3);
    assertThat(sink.messages()).hasSize(5);
  }

  private void deliverAtOnce(int count) throws Exception {
    OutboundMessage message = Mail.to("one@a");
    List<Future<DeliveryResult>> results = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < count; i++) {
        results.add(threads.submit(() -> hop.deliver(message)));
      }
    }
    for (Future<DeliveryResult> result : results) {
      assertThat(result.get()).isInstanceOf(Delivered.class);
    }
  }
}
