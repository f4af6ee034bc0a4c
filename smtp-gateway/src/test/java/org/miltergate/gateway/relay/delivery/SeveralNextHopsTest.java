package org.miltergate.gateway.relay.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.miltergate.address.HostPort;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.nexthop.NextHopTimeouts;
import org.miltergate.gateway.dns.DnsClient;
import org.miltergate.gateway.dns.MxLookup;
import org.miltergate.gateway.relay.DeliveryResult;
import org.miltergate.gateway.relay.DeliveryResult.Delivered;
import org.miltergate.gateway.relay.DeliveryResult.Unavailable;
import org.miltergate.gateway.relay.Mail;
import org.miltergate.milter.test.smtp.Reaction;
import org.miltergate.milter.test.smtp.ScriptedSmtpSink;
import org.miltergate.milter.test.smtp.SinkEvent;

/** Several next hops that stand in for one another. */
class SeveralNextHopsTest extends RelayFixture {
  private ScriptedSmtpSink second;

  @BeforeEach
  void startSecond() throws Exception {
    second = ScriptedSmtpSink.start();
  }

  @AfterEach
  void stopSecond() throws Exception {
    second.close();
  }

  private static NextHopConfig.Smtp to(ScriptedSmtpSink target) {
    return NextHopConfig.Smtp.of(new HostPort("127.0.0.1", target.port()));
  }

  private void open(NextHopConfig.Smtp... configs) throws Exception {
    hop.close();
    MxLookup nobody = new MxLookup(new DnsClient(List.of(), Duration.ofSeconds(1)));
    hop =
        SmtpNextHop.open(
            List.of(configs), "gateway.example", spool, nobody, InstantSource.system());
  }

  @Test
  void lowestPriorityNumberGetsEverything() throws Exception {
    open(
        to(sink).with(NextHopConfig.Smtp.PRIORITY, 5),
        to(second).with(NextHopConfig.Smtp.PRIORITY, 1));

    for (int i = 0; i < 5; i++) {
      assertThat(hop.deliver(Mail.to("one@a"))).isInstanceOf(Delivered.class);
    }

    assertThat(second.messages()).hasSize(5);
    assertThat(second.sessions()).hasSize(1);
    assertThat(sink.sessions()).isEmpty();
  }

  @Test
  void nextIsTriedWhereNobodyListens() throws Exception {
    open(to(sink), to(second).with(NextHopConfig.Smtp.PRIORITY, 2));
    sink.close();

    DeliveryResult result = hop.deliver(Mail.to("one@a"));

    assertThat(result).isInstanceOf(Delivered.class);
    assertThat(result.recipients().getFirst().relay()).endsWith("]:" + second.port());
  }

  @Test
  void nextIsTriedWhereTheGreetingRefuses() throws Exception {
    sink.on(SinkEvent.CONNECT, Reaction.reply("421 4.3.2 full").then(Reaction.close()));
    open(to(sink), to(second).with(NextHopConfig.Smtp.PRIORITY, 2));

    assertThat(hop.deliver(Mail.to("one@a"))).isInstanceOf(Delivered.class);
    assertThat(second.messages()).hasSize(1);
  }

  @Test
  void nextIsTriedWhereTheGreetingDoesNotCome() throws Exception {
    sink.on(SinkEvent.CONNECT, Reaction.stall());
    open(
        to(sink)
            .with(
                NextHopConfig.Smtp.TIMEOUTS, to(sink).timeouts().with(NextHopTimeouts.HELO, SHORT)),
        to(second).with(NextHopConfig.Smtp.PRIORITY, 2));

    assertThat(hop.deliver(Mail.to("one@a"))).isInstanceOf(Delivered.class);
    assertThat(second.messages()).hasSize(1);
  }

  @Test
  void oneThatFailedIsPassedOverForAWhile() throws Exception {
    sink.on(SinkEvent.CONNECT, Reaction.reply("421 4.3.2 full").then(Reaction.close()));
    open(
        to(sink).with(NextHopConfig.Smtp.RETRY_AFTER, Duration.ofMinutes(5)),
        to(second).with(NextHopConfig.Smtp.PRIORITY, 2));

    for (int i = 0; i < 4; i++) {
      assertThat(hop.deliver(Mail.to("one@a"))).isInstanceOf(Delivered.class);
    }

    assertThat(sink.sessions()).hasSize(1);
    assertThat(second.messages()).hasSize(4);
    assertThat(second.sessions()).hasSize(1);
  }

  @Test
  void oneThatFailedComesFirstAgainAfterwards() throws Exception {
    sink.on(
        SinkEvent.CONNECT,
        call -> call.session() == 1,
        Reaction.reply("421 4.3.2 full").then(Reaction.close()));
    open(
        to(sink).with(NextHopConfig.Smtp.RETRY_AFTER, Duration.ZERO),
        to(second).with(NextHopConfig.Smtp.PRIORITY, 2));

    hop.deliver(Mail.to("one@a"));
    hop.deliver(Mail.to("one@a"));

    assertThat(second.messages()).hasSize(1);
    assertThat(sink.messages()).hasSize(1);
  }

  @Test
  void oneThatIsPassedOverIsTriedIfThereIsNoOther() throws Exception {
    sink.on(
        SinkEvent.CONNECT,
        call -> call.session() == 1,
        Reaction.reply("421 4.3.2 full").then(Reaction.close()));
    second.on(SinkEvent.CONNECT, Reaction.reply("421 4.3.2 full").then(Reaction.close()));
    open(to(sink), to(second).with(NextHopConfig.Smtp.PRIORITY, 2));

    DeliveryResult first = hop.deliver(Mail.to("one@a"));
    DeliveryResult again = hop.deliver(Mail.to("one@a"));

    assertThat(replyOf(first)).startsWith("451 4.4.2 ");
    assertThat(((Unavailable) first).cause()).contains("]:" + second.port());
    assertThat(again).isInstanceOf(Delivered.class);
  }

  @Test
  void whatTheFirstSaidOfTheMessageIsFinal() throws Exception {
    sink.on(SinkEvent.RCPT, Reaction.reply("451 4.2.0 later"));
    open(to(sink), to(second).with(NextHopConfig.Smtp.PRIORITY, 2));

    assertThat(replyOf(hop.deliver(Mail.to("one@a")))).isEqualTo("451 4.2.0 later");
    assertThat(second.sessions()).isEmpty();
  }

  @Test
  void connectionThatIsLostWithinTheMessageIsNotReplaced() throws Exception {
    sink.on(SinkEvent.END_OF_DATA, Reaction.close());
    open(to(sink), to(second).with(NextHopConfig.Smtp.PRIORITY, 2));

    assertThat(replyOf(hop.deliver(Mail.to("one@a")))).startsWith("451 4.4.2 ");
    assertThat(second.sessions()).isEmpty();
  }

  @Test
  void eachHasConnectionsOfItsOwn() throws Exception {
    open(to(sink), to(second));

    for (int i = 0; i < 40; i++) {
      assertThat(hop.deliver(Mail.to("one@a"))).isInstanceOf(Delivered.class);
    }

    assertThat(sink.messages().size() + second.messages().size()).isEqualTo(40);
    assertThat(sink.messages()).isNotEmpty();
    assertThat(second.messages()).isNotEmpty();
    assertThat(sink.sessions()).hasSize(1);
    assertThat(second.sessions()).hasSize(1);
    assertThat(hop.idleConnections()).isEqualTo(2);
  }

  @Test
  void timeOfTheWholeDeliveryIsLimited() throws Exception {
    sink.on(SinkEvent.MAIL, Reaction.stall());
    open(
        to(sink)
            .with(
                NextHopConfig.Smtp.TIMEOUTS,
                to(sink).timeouts().with(NextHopTimeouts.DELIVERY, SHORT)));

    DeliveryResult result = hop.deliver(Mail.to("one@a"));

    assertThat(replyOf(result)).startsWith("451 4.4.2 Next hop timed out");
    assertThat(((Unavailable) result).cause())
        .endsWith("while sending MAIL FROM: the time limit of the delivery has passed");
  }

  @Test
  void replyToTheFinalDotIsAwaitedAllTheSame() throws Exception {
    sink.on(
        SinkEvent.END_OF_DATA,
        Reaction.pause(Duration.ofMillis(2500)).then(Reaction.reply("250 2.0.0 Ok")));
    open(
        to(sink)
            .with(
                NextHopConfig.Smtp.TIMEOUTS,
                to(sink).timeouts().with(NextHopTimeouts.DELIVERY, Duration.ofSeconds(2))));

    assertThat(hop.deliver(Mail.to("one@a"))).isInstanceOf(Delivered.class);
  }
}
