package org.miltergate.gateway.relay.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.gateway.dns.DnsClient;
import org.miltergate.gateway.dns.DnsServer;
import org.miltergate.gateway.dns.MxLookup;
import org.miltergate.gateway.relay.DeliveryResult;
import org.miltergate.gateway.relay.DeliveryResult.Delivered;
import org.miltergate.gateway.relay.DeliveryResult.Refused;
import org.miltergate.gateway.relay.DeliveryResult.Unavailable;
import org.miltergate.gateway.relay.Mail;
import org.miltergate.milter.test.smtp.Reaction;
import org.miltergate.milter.test.smtp.SinkEvent;

/** Next hops that the DNS names. All hosts are 127.0.0.x with the port of the sink. */
class MxNextHopTest extends RelayFixture {
  private DnsServer dns;

  @BeforeEach
  void openDomain() throws Exception {
    dns = DnsServer.start();
    open(config -> config);
  }

  private void open(UnaryOperator<NextHopConfig.Smtp> change) throws Exception {
    open(List.of(change.apply(ofDomain())));
  }

  private NextHopConfig.Smtp ofDomain() {
    return (NextHopConfig.Smtp) NextHopConfig.parse("mx:example.net:" + sink.port());
  }

  private void open(List<NextHopConfig.Smtp> configs) throws Exception {
    hop.close();
    MxLookup lookup = new MxLookup(new DnsClient(List.of(dns.address()), Duration.ofSeconds(10)));
    hop = SmtpNextHop.open(configs, "gateway.example", spool, lookup, InstantSource.system());
  }

  @AfterEach
  void stopDns() throws Exception {
    dns.close();
  }

  @Test
  void hostOfTheDomainIsReached() throws Exception {
    dns.mx("example.net", 10, "mx1.example.net").address("mx1.example.net", "127.0.0.1");

    DeliveryResult result = hop.deliver(Mail.to("one@a"));

    assertThat(result).isInstanceOf(Delivered.class);
    assertThat(result.recipients().getFirst().relay())
        .isEqualTo("mx1.example.net[127.0.0.1]:" + sink.port());
    hop.deliver(Mail.to("one@a"));
    assertThat(sink.sessions()).hasSize(1);
  }

  @Test
  void nextHostIsTriedWhereNobodyListens() throws Exception {
    dns.mx("example.net", 10, "mx1.example.net").address("mx1.example.net", "127.0.0.9");
    dns.mx("example.net", 20, "mx2.example.net").address("mx2.example.net", "127.0.0.1");

    DeliveryResult result = hop.deliver(Mail.to("one@a"));

    assertThat(result).isInstanceOf(Delivered.class);
    assertThat(result.recipients().getFirst().relay()).startsWith("mx2.example.net[");
  }

  @Test
  void allDownIsATempfailThatNamesTheLast() throws Exception {
    dns.mx("example.net", 10, "mx1.example.net").address("mx1.example.net", "127.0.0.9");
    dns.mx("example.net", 20, "mx2.example.net").address("mx2.example.net", "127.0.0.1");
    sink.on(SinkEvent.CONNECT, Reaction.reply("554 5.7.1 go away").then(Reaction.close()));

    DeliveryResult result = hop.deliver(Mail.to("one@a"));

    assertThat(replyOf(result)).startsWith("451 4.4.1 ");
    assertThat(((Unavailable) result).cause())
        .startsWith("host mx2.example.net[127.0.0.1]:" + sink.port() + " said: 554");
  }

  @Test
  void domainThatTakesNoMailRefuses() throws Exception {
    dns.mx("example.net", 0, ".");

    DeliveryResult result = hop.deliver(Mail.to("one@a"));

    assertThat(result).isInstanceOf(Refused.class);
    assertThat(replyOf(result)).isEqualTo("556 5.1.10 Next hop does not accept mail");
  }

  @Test
  void nextHopBesideADomainThatTakesNoMailIsTried() throws Exception {
    dns.mx("example.net", 0, ".");
    open(List.of(ofDomain(), config().with(NextHopConfig.Smtp.PRIORITY, 20)));

    assertThat(hop.deliver(Mail.to("one@a"))).isInstanceOf(Delivered.class);
  }

  @Test
  void domainThatTakesNoMailRefusesNothingThatAnotherNextHopMayTake() throws Exception {
    dns.mx("example.net", 0, ".");
    open(List.of(config(), ofDomain().with(NextHopConfig.Smtp.PRIORITY, 20)));
    sink.close();

    assertThat(replyOf(hop.deliver(Mail.to("one@a")))).startsWith("451 4.4.1 ");
  }

  @Test
  void domainThatIsNotThereIsAMistakeInTheSettings() throws Exception {
    DeliveryResult result = hop.deliver(Mail.to("one@a"));

    assertThat(replyOf(result)).startsWith("451 4.4.3 ");
    assertThat(((Unavailable) result).cause()).contains("example.net");
  }

  @Test
  void mailIsNotSentToUsNorToThoseBehindUs() throws Exception {
    dns.mx("example.net", 10, "mx1.example.net").address("mx1.example.net", "127.0.0.9");
    dns.mx("example.net", 20, "Gateway.example").address("gateway.example", "127.0.0.1");
    dns.mx("example.net", 30, "mx3.example.net").address("mx3.example.net", "127.0.0.1");

    DeliveryResult result = hop.deliver(Mail.to("one@a"));

    assertThat(replyOf(result)).startsWith("451 4.4.1 ");
    assertThat(((Unavailable) result).cause()).startsWith("connect to mx1.example.net[127.0.0.9]");
    assertThat(sink.sessions()).isEmpty();
  }

  @Test
  void loopIsTold() throws Exception {
    dns.mx("example.net", 10, "gateway.example").address("gateway.example", "127.0.0.1");

    DeliveryResult result = hop.deliver(Mail.to("one@a"));

    assertThat(replyOf(result)).startsWith("451 4.4.6 ");
    assertThat(((Unavailable) result).cause())
        .isEqualTo("mail for example.net loops back to myself");
  }
}
