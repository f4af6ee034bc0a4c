package org.miltergate.gateway.relay.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.nexthop.NextHopProtocol;
import org.miltergate.gateway.relay.Delivery;
import org.miltergate.gateway.relay.DeliveryKind;
import org.miltergate.gateway.relay.DeliveryResult;
import org.miltergate.gateway.relay.DeliveryResult.Unavailable;
import org.miltergate.gateway.relay.Mail;
import org.miltergate.gateway.relay.MailParameters;
import org.miltergate.gateway.relay.NextHop;
import org.miltergate.gateway.relay.OutboundMessage;
import org.miltergate.gateway.relay.Progress;
import org.miltergate.gateway.relay.maildir.MaildirNextHop;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.milter.test.smtp.SinkSession;

/** A client that is gone before the final dot sends its message again: it is not delivered now. */
class GoneClientTest extends RelayFixture {

  static List<Arguments> ways() {
    UnaryOperator<NextHopConfig.Smtp> smtp = config -> config;
    UnaryOperator<NextHopConfig.Smtp> lmtp =
        config -> config.with(NextHopConfig.Smtp.PROTOCOL, NextHopProtocol.LMTP);
    UnaryOperator<NextHopConfig.Smtp> chunks =
        config -> config.with(NextHopConfig.Smtp.CHUNKING, true);
    UnaryOperator<NextHopConfig.Smtp> several =
        config -> config.with(NextHopConfig.Smtp.RECIPIENTS_PER_TRANSACTION, 1);
    return List.of(
        Arguments.of("SMTP", smtp),
        Arguments.of("LMTP", lmtp),
        Arguments.of("BDAT", chunks),
        Arguments.of("several transactions", several),
        Arguments.of(
            "several transactions by BDAT",
            (UnaryOperator<NextHopConfig.Smtp>) config -> chunks.apply(several.apply(config))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ways")
  void messageIsGivenUp(String way, UnaryOperator<NextHopConfig.Smtp> change) throws Exception {
    sink.extensions("PIPELINING", "CHUNKING");
    reopen(change);

    DeliveryResult result = giveUp(hop);

    assertThat(((Unavailable) result).cause()).isEqualTo("the client is gone");
    List<SinkSession> sessions =
        sink.awaitSessions("end", all -> all.stream().allMatch(SinkSession::ended));
    assertThat(sessions).isNotEmpty().allMatch(SinkSession::closedByClient);
    assertThat(sink.messages()).isEmpty();
    assertThat(hop.idleConnections()).isZero();
  }

  @Test
  void maildirGetsNothing() throws Exception {
    Path directory = spool.resolve("maildir");
    try (MaildirNextHop maildir =
        MaildirNextHop.open(NextHopConfig.Maildir.of(directory), "gw", spool.resolve("notes"))) {
      assertThat(giveUp(maildir)).isInstanceOf(Unavailable.class);
    }
    assertThat(files(directory)).isEmpty();
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void timeForTheDeliveryBeganWithTheClientsDot() throws Exception {
    OutboundMessage plain = Mail.to("one@a");
    long earlier = System.nanoTime() - java.time.Duration.ofMinutes(10).toNanos();

    DeliveryResult result = hop.deliver(since(plain, earlier));

    assertThat(result).isInstanceOf(Unavailable.class);
    assertThat(replyOf(result)).startsWith("451 4.4.");
    assertThat(sink.messages()).isEmpty();
  }

  /** Does what the gateway does when it finds that the client is gone. */
  private static DeliveryResult giveUp(NextHop hop) throws Exception {
    OutboundMessage message = Mail.to("one@a", "two@a");
    try (Delivery delivery = hop.begin(MailParameters.of(message), DeliveryKind.MESSAGE)) {
      assertThat(delivery.content(message)).isEqualTo(new Progress.Refused(List.of()));
      return delivery.drop(SmtpReply.of(451, "4.4.2 Connection was lost"), "the client is gone");
    }
  }

  private static OutboundMessage since(OutboundMessage plain, long nanos) {
    return new OutboundMessage(
        plain.queueId(),
        plain.message(),
        plain.received(),
        plain.options(),
        plain.identity(),
        plain.named(),
        nanos);
  }
}
