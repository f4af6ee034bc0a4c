package org.miltergate.it.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.miltergate.peers.SmtpSink;
import org.miltergate.peers.Tool;
import org.miltergate.peers.process.Lab;
import org.miltergate.peers.process.LabExtension;

/**
 * Postfix's {@code smtp-source} as the client of the gateway and its {@code smtp-sink} as the next
 * hop.
 */
@ExtendWith(LabExtension.class)
class LoadIT {
  private static final Duration AMPLE = Duration.ofSeconds(20);
  private static final int SESSIONS = 20;
  private static final int MESSAGES = SESSIONS * 500;

  @Test
  void twentySessionsOfFiveHundredMessagesLoseNone(Lab lab) throws Exception {
    SmtpSink sink = lab.start(SmtpSink::start);
    EdgeGateway gateway =
        EdgeGateway.startQuietly(
            lab,
            """
            listeners:
              - address: 127.0.0.1:0
            next-hop: smtp://127.0.0.1:%d
            """
                .formatted(sink.port()));

    Tool source =
        Tool.run(
            lab.newFolder(),
            "smtp-source",
            "-d",
            "-s",
            SESSIONS,
            "-m",
            MESSAGES,
            "-l",
            2000,
            "-f",
            "alice@client.test",
            "-t",
            "bob@remote.test",
            "127.0.0.1:" + gateway.port());

    assertThat(source).isEqualTo(new Tool(0, ""));
    gateway.close();
    Awaitility.await()
        .atMost(AMPLE)
        .untilAsserted(() -> assertThat(sink.messages()).isEqualTo(MESSAGES));
    assertThat(gateway.logLines()).isEmpty();
  }
}
