package org.miltergate.gateway.relay.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.gateway.relay.DeliveryResult;
import org.miltergate.gateway.relay.Mail;
import org.miltergate.gateway.relay.MailOption;
import org.miltergate.gateway.relay.OutboundMessage;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.test.smtp.SinkMessage;

/** What a next hop gets that offers no 8BITMIME. */
class EightBitMessagesTest extends RelayFixture {
  private static OutboundMessage mail(String content, Set<MailOption> options) throws Exception {
    return Mail.message(Mail.text(content, "one@example.net").message(), options);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Subject: x\r\n\r\ncaf\u00e9\r\n", "Subject: caf\u00e9\r\n\r\nbody\r\n"})
  void declaredMessageIsRefusedBeforeItIsSent(String content) throws Exception {
    sink.extensions("PIPELINING");

    DeliveryResult result = hop.deliver(mail(content, Set.of(MailOption.EIGHT_BIT_MIME)));

    assertThat(replyOf(result))
        .isEqualTo("554 5.6.3 8BITMIME is required, but the next hop does not offer it");
    assertThat(sink.messages()).isEmpty();
  }

  @Test
  void messageThatIsAsciiAllTheSameIsSent() throws Exception {
    sink.extensions("PIPELINING");

    hop.deliver(mail(Mail.TEXT, Set.of(MailOption.EIGHT_BIT_MIME)));

    SinkMessage arrived = sink.awaitMessages(1).getFirst();
    assertThat(arrived.mail()).isEqualTo("MAIL FROM:<sender@example.org>");
  }

  @Test
  void messageThatDoesNotDeclareItIsSentAsItCame() throws Exception {
    sink.extensions("PIPELINING");

    hop.deliver(mail("Subject: x\r\n\r\ncaf\u00e9\r\n", Set.of()));

    SinkMessage arrived = sink.awaitMessages(1).getFirst();
    assertThat(arrived.content())
        .isEqualTo(Mail.RECEIVED.concat(Bytes.ofLatin1("Subject: x\r\n\r\ncaf\u00e9\r\n")));
  }

  @Test
  void nextHopThatOffersSmtpUtf8TakesIt() throws Exception {
    sink.extensions("SMTPUTF8");

    hop.deliver(mail("Subject: x\r\n\r\ncaf\u00e9\r\n", Set.of(MailOption.EIGHT_BIT_MIME)));

    assertThat(sink.awaitMessages(1).getFirst().mail()).endsWith(" BODY=8BITMIME");
  }
}
