package org.miltergate.gateway.relay.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.gateway.relay.DeliveryResult;
import org.miltergate.gateway.relay.DeliveryResult.Delivered;
import org.miltergate.gateway.relay.Mail;
import org.miltergate.gateway.relay.MailOption;
import org.miltergate.gateway.relay.OutboundMessage;
import org.miltergate.milter.body.Body;
import org.miltergate.milter.body.BodyStore;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.MailMessage;
import org.miltergate.milter.test.smtp.SinkMessage;

/** What the next hop gets is what was handed in, verbatim. */
@Timeout(120)
class ExactBytesTest extends RelayFixture {
  private static final Bytes CRLF = Bytes.ofLatin1("\r\n");

  @TempDir Path bodies;

  @Test
  void generatedMessagesOfEveryOddKindArriveUnchanged() throws Exception {
    SplittableRandom random = new SplittableRandom(20261120);
    reopen(config -> config.with(NextHopConfig.Smtp.MESSAGES_PER_CONNECTION, 500));
    for (int i = 0; i < 500; i++) {
      Bytes content = generate(random);
      MailMessage message = Mail.bytes(content, "one@example.net").message();
      Bytes received = i % 2 == 0 ? Mail.RECEIVED : Bytes.EMPTY;
      OutboundMessage outbound =
          new OutboundMessage("q", message, received, Set.of(), Bytes.ofLatin1("id" + i));

      DeliveryResult result = hop.deliver(outbound);

      assertThat(result).isInstanceOf(Delivered.class);
      Bytes expected = written(message, received);
      SinkMessage arrived = sink.messages().get(i);
      assertThat(arrived.content())
          .as("message %d: %s", i, content)
          .isEqualTo(endsWithCrlf(expected) ? expected : expected.concat(CRLF));
    }
    assertThat(sink.sessions()).hasSize(1);
  }

  @Test
  void everyByteValueArrives() throws Exception {
    byte[] all = new byte[3 * 256];
    for (int i = 0; i < 256; i++) {
      all[3 * i] = (byte) i;
      all[3 * i + 1] = '\r';
      all[3 * i + 2] = '\n';
    }
    MailMessage message = Mail.withBody(Body.of(Bytes.copyOf(all)), "one@example.net");

    hop.deliver(Mail.message(message, Set.of(MailOption.EIGHT_BIT_MIME)));

    SinkMessage arrived = sink.awaitMessages(1).getFirst();
    assertThat(arrived.content()).isEqualTo(written(message, Mail.RECEIVED));
    assertThat(arrived.mail()).endsWith("BODY=8BITMIME");
  }

  @Test
  void thirtyMebibytesFromAFileArrive() throws Exception {
    MailMessage message = Mail.withBody(large(30 << 20), "one@example.net");
    Bytes expected = written(message, Mail.RECEIVED);

    DeliveryResult result = hop.deliver(Mail.message(message, Set.of()));

    assertThat(result).isInstanceOf(Delivered.class);
    assertThat(sink.awaitMessages(1).getFirst().content().equals(expected)).isTrue();
  }

  private Body large(int bytes) throws Exception {
    SplittableRandom random = new SplittableRandom(1);
    try (BodyStore.Writer writer = new BodyStore(bodies, 1 << 20).writer()) {
      byte[] line = new byte[80];
      while (writer.length() < bytes) {
        random.nextBytes(line);
        for (int i = 0; i < line.length; i++) {
          line[i] = line[i] == '\r' || line[i] == '\n' ? (byte) '.' : line[i];
        }
        line[0] = '.';
        line[78] = '\r';
        line[79] = '\n';
        writer.write(line, 0, line.length);
      }
      return writer.finish();
    }
  }

  /** Lines with CRLF, as the edge lets in; all else is possible. */
  private static Bytes generate(SplittableRandom random) {
    StringBuilder text = new StringBuilder();
    List<String> odd =
        List.of(
            "Subject: x",
            "From: a@b",
            " folded",
            "\tfolded",
            "no colon here",
            "",
            ".",
            "..",
            ".x",
            "X: \u00e9\u00ff",
            "\0",
            "From someone",
            "To:",
            ": empty name",
            "X".repeat(2000),
            "Content-Length: 5",
            "Bcc: hidden@a",
            "trailing  ",
            ">From x",
            ". ",
            "-- ",
            "\u0080");
    for (int lines = random.nextInt(30); lines > 0; lines--) {
      text.append(odd.get(random.nextInt(odd.size()))).append("\r\n");
    }
    if (random.nextInt(5) == 0) {
      text.append("no line end");
    }
    if (random.nextInt(20) == 0) {
      text.append(".".repeat(random.nextInt(200_000)));
    }
    return Bytes.ofLatin1(text.toString());
  }

  private static Bytes written(MailMessage message, Bytes received) throws Exception {
    var out = new java.io.ByteArrayOutputStream();
    message.writeTo(out, received);
    return Bytes.copyOf(out.toByteArray());
  }

  private static boolean endsWithCrlf(Bytes content) {
    return content.isEmpty()
        || content.length() >= 2 && content.slice(content.length() - 2).equals(CRLF);
  }
}
