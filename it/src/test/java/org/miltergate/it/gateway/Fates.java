package org.miltergate.it.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.miltergate.milter.session.FailurePolicy;
import org.miltergate.milter.test.smtp.SinkMessage;
import org.miltergate.peers.TestMails;

/** What has become of the messages that a client got a 250 for, when the first milter failed. */
final class Fates {
  /** Several packets long. */
  static final byte[] MESSAGE =
      TestMails.crlf("From: <alice@client.test>\nSubject: x\n\n" + "0123456789\n".repeat(20_000));

  private static final String RESULT =
      Contents.text(MESSAGE).replace("Subject: x\r\n", "Subject: x\r\nX-Second: 1\r\n");

  private Fates() {}

  /**
   * Finds each of them once, where the default action wants it: with what the second milter added
   * and nothing of the first one.
   */
  static void check(GatewayUnderTest gateway, FailurePolicy policy, int accepted)
      throws IOException {
    List<SinkMessage> sent = gateway.sink().messages();
    List<String> held = gateway.held();
    assertThat(sent).hasSize(policy == FailurePolicy.QUARANTINE ? 0 : accepted);
    assertThat(held).hasSize(policy == FailurePolicy.QUARANTINE ? accepted : 0);
    for (SinkMessage message : sent) {
      assertThat(Contents.withoutReceived(message)).isEqualTo(RESULT);
    }
    for (String name : held) {
      String message = gateway.heldMessage(name);
      assertThat(message).endsWith(RESULT);
      assertThat(message.substring(0, message.length() - RESULT.length()))
          .doesNotContain("X-First");
      assertThat(gateway.heldRecord(name)).contains("milter m1 failed: ");
    }
  }
}
