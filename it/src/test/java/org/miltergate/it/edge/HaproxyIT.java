package org.miltergate.it.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.miltergate.it.smtp.SmtpDialogue;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.test.smtp.ScriptedSmtpSink;
import org.miltergate.peers.Haproxy;
import org.miltergate.peers.TestMails;
import org.miltergate.peers.process.Lab;
import org.miltergate.peers.process.LabExtension;

/** HAProxy in front of the gateway states who the client is. */
@ExtendWith(LabExtension.class)
class HaproxyIT {
  private static final String CLIENT = "127.0.0.9";

  private static ScriptedMilter milter;
  private static ScriptedSmtpSink sink;
  private static EdgeGateway gateway;
  private static Haproxy haproxy;

  @BeforeAll
  static void start(Lab lab) throws Exception {
    milter = lab.add(ScriptedMilter.builder().start());
    sink = lab.add(ScriptedSmtpSink.start());
    gateway =
        EdgeGateway.start(
            lab,
            """
            listeners:
              - address: 127.0.0.1:0
                proxy-protocol: [127.0.0.1]
            client-names:
              lookup: false
            policy:
              trusted-networks: [%s]
            chain:
              - name: watcher
                address: %s
            next-hop: smtp://127.0.0.1:%d
            """
                .formatted(CLIENT, milter.address(), sink.port()));
    haproxy = lab.start(folder -> Haproxy.inFrontOf(gateway.port(), folder));
  }

  @Test
  void versionOneNamesTheRealClient() throws Exception {
    deliverAndCheck(haproxy.version1());
  }

  @Test
  void versionTwoNamesTheRealClient() throws Exception {
    deliverAndCheck(haproxy.version2());
  }

  /**
   * The real client is trusted and HAProxy is not, so permission to relay shows which one counts.
   */
  private static void deliverAndCheck(InetSocketAddress front) throws Exception {
    int before = sink.messages().size();
    int port;
    try (SmtpDialogue smtp = SmtpDialogue.connectFrom(InetAddress.getByName(CLIENT), front)) {
      port = smtp.localPort();
      assertThat(
              smtp.deliver(TestMails.SENDER, List.of(TestMails.RECIPIENT), TestMails.ham()).code())
          .isEqualTo(250);
      smtp.send("QUIT");
    }

    String received = sink.awaitMessages(before + 1).get(before).content().toString();
    assertThat(received).contains("(unknown [" + CLIENT + "])");
    assertThat(milter.transcript()).contains("CONNECT [%s] inet %s".formatted(CLIENT, CLIENT));
    assertThat(milter.transcript()).contains("port=" + port);
    gateway.awaitLog("disconnect from unknown[" + CLIENT + "]");
  }

  @Test
  void nobodyElseMaySpeakWithoutThePreface() throws Exception {
    try (SmtpDialogue smtp = SmtpDialogue.dial(gateway.smtp())) {
      assertThat(smtp.send("EHLO client.test").toString())
          .isEqualTo("421 4.3.0 edge.test Server local error");
    }
  }
}
