package org.miltergate.gateway.relay.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.nexthop.NextHopTlsConfig;
import org.miltergate.config.nexthop.TlsLevel;
import org.miltergate.gateway.relay.DeliveryResult;
import org.miltergate.gateway.relay.DeliveryResult.Delivered;
import org.miltergate.gateway.relay.Mail;
import org.miltergate.gateway.relay.MailOption;
import org.miltergate.gateway.relay.OutboundMessage;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Envelope;
import org.miltergate.milter.mail.MailMessage;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.Sender;

/** What MAIL and RCPT say to the next hop. */
class MailArgumentsTest extends RelayFixture {

  private static List<Bytes> arguments(String... words) {
    return Stream.of(words).map(Bytes::ofLatin1).toList();
  }

  private static OutboundMessage withReports() throws Exception {
    Sender sender =
        new Sender(
            Bytes.ofLatin1("<sender@example.org>"),
            arguments("SIZE=10", "ret=hdrs", "ENVID=QQ+3D1", "AUTH=<>"));
    Recipient recipient =
        new Recipient(
            Bytes.ofLatin1("<one@a>"),
            arguments("NOTIFY=failure,DELAY", "ORCPT=rfc822;other+2Bx@a", "X=y"));
    MailMessage plain = Mail.to("one@a").message();
    MailMessage message =
        new MailMessage(
            new Envelope(sender, List.of(recipient)),
            plain.header(),
            plain.separator(),
            plain.body());
    return Mail.message(message, MailOption.of(sender));
  }

  @Test
  void passesOnWhatTheSenderWantsOfReports() throws Exception {
    sink.extensions("DSN");

    hop.deliver(withReports());

    assertThat(sink.session(1).lines())
        .contains(
            "MAIL FROM:<sender@example.org> RET=HDRS ENVID=QQ+3D1",
            "RCPT TO:<one@a> NOTIFY=FAILURE,DELAY ORCPT=rfc822;other+2Bx@a");
  }

  @Test
  void dropsItWhereThatIsNotOffered() throws Exception {
    sink.extensions("PIPELINING");

    hop.deliver(withReports());

    assertThat(sink.session(1).lines())
        .contains("MAIL FROM:<sender@example.org>", "RCPT TO:<one@a>");
  }

  @Test
  void requiredTlsGoesOnWhereItIsKept() throws Exception {
    sink.startTls(TestTls.server("good"), "REQUIRETLS");
    NextHopTlsConfig tls =
        NextHopTlsConfig.of(TlsLevel.VERIFY).with(NextHopTlsConfig.CA, Optional.of(TestTls.ca()));
    reopen(config -> config.with(NextHopConfig.Smtp.TLS, tls));

    DeliveryResult result = hop.deliver(requiringTls());

    assertThat(result).isInstanceOf(Delivered.class);
    assertThat(sink.session(1).lines()).contains("MAIL FROM:<sender@example.org> REQUIRETLS");
  }

  @Test
  void requiredTlsIsRefusedWhereNobodyWasVerified() throws Exception {
    sink.startTls(TestTls.server("good"), "REQUIRETLS");
    reopen(config -> config.with(NextHopConfig.Smtp.TLS, NextHopTlsConfig.of(TlsLevel.ENCRYPT)));

    assertThat(replyOf(hop.deliver(requiringTls())))
        .isEqualTo("550 5.7.30 REQUIRETLS support required");
    assertThat(sink.messages()).isEmpty();
  }

  @Test
  void requiredTlsIsRefusedWhereItWouldNotBePassedOn() throws Exception {
    sink.startTls(TestTls.server("good"), "SIZE");
    NextHopTlsConfig tls =
        NextHopTlsConfig.of(TlsLevel.VERIFY).with(NextHopTlsConfig.CA, Optional.of(TestTls.ca()));
    reopen(config -> config.with(NextHopConfig.Smtp.TLS, tls));

    assertThat(replyOf(hop.deliver(requiringTls()))).startsWith("550 5.7.30 ");
  }

  private static OutboundMessage requiringTls() throws Exception {
    return Mail.message(Mail.to("one@a").message(), Set.of(MailOption.REQUIRE_TLS));
  }
}
