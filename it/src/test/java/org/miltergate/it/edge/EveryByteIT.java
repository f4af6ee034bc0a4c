package org.miltergate.it.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.miltergate.it.edge.DigestClient.Way;
import org.miltergate.milter.server.MilterHandler;
import org.miltergate.milter.server.MilterServer;
import org.miltergate.milter.wire.Actions.Action;
import org.miltergate.peers.Certificates;
import org.miltergate.peers.process.Lab;
import org.miltergate.peers.process.LabExtension;

/** What no milter has touched arrives verbatim, whatever it is: SHA-256 tells. */
@ExtendWith(LabExtension.class)
@Timeout(240)
class EveryByteIT {
  private static final int ALL = 10_000;
  private static final int SAMPLE = 600;

  @Test
  void tenThousandOddMessagesArriveAsTheyWere(Lab lab) throws Exception {
    MilterServer milter = lab.add(idleMilter());

    checkAll(lab, ALL, Way.DATA, "", DigestSink.start(), "smtp://127.0.0.1:%d");
    checkAll(lab, ALL, Way.DATA, chain(milter), DigestSink.start(), "smtp://127.0.0.1:%d");
  }

  @Test
  void messagesThatComeInChunksArriveAsTheyWere(Lab lab) throws Exception {
    checkAll(lab, SAMPLE, Way.BDAT, "", DigestSink.start(), "smtp://127.0.0.1:%d");
  }

  @Test
  void messagesThatGoInChunksArriveAsTheyWere(Lab lab) throws Exception {
    String nextHop = "\n  address: smtp://127.0.0.1:%d\n  chunking: true";
    checkAll(lab, SAMPLE, Way.BDAT, "", DigestSink.withChunking(), nextHop);
  }

  @Test
  void messagesToLmtpArriveAsTheyWere(Lab lab) throws Exception {
    checkAll(lab, SAMPLE, Way.DATA, "", DigestSink.start(), "lmtp://127.0.0.1:%d");
  }

  @Test
  void messagesInsideTlsArriveAsTheyWere(Lab lab) throws Exception {
    Certificates certificates = Certificates.in(lab.newFolder()).with("sink.test");
    DigestSink sink = DigestSink.withTls(certificates.context("sink.test"));
    String nextHop =
        "\n  address: smtps://127.0.0.1:%d\n  tls: verify\n  tls-name: sink.test\n  tls-ca: "
            + certificates.authority();
    checkAll(lab, SAMPLE, Way.DATA, "", sink, nextHop);
  }

  /** It may change everything, sees everything, and always replies "continue". */
  private static MilterServer idleMilter() throws Exception {
    return MilterServer.builder("idle", context -> new MilterHandler() {})
        .actions(Action.values())
        .start();
  }

  private static String chain(MilterServer milter) {
    return "chain:\n  - name: idle\n    address: %s\n".formatted(milter.address());
  }

  private static void checkAll(
      Lab lab, int messages, Way way, String settings, DigestSink to, String nextHop)
      throws Exception {
    DigestSink sink = lab.add(to);
    EdgeGateway gateway =
        EdgeGateway.startQuietly(
            lab,
            "listeners:\n  - address: 127.0.0.1:0\nnext-hop: %s\n"
                    .formatted(nextHop.formatted(sink.port()))
                + settings);

    DigestClient.send(gateway.smtp(), messages, way);

    gateway.close();
    assertThat(gateway.logLines()).isEmpty();
    List<String> wrong = new ArrayList<>();
    for (int number = 0; number < messages; number++) {
      Digest sent = Digest.of(OddMessages.arrived(number));
      Optional<Digest> got = sink.digest(number);
      if (!got.equals(Optional.of(sent))) {
        wrong.add(
            "message %d of kind %d: %s became %s"
                .formatted(number, number % OddMessages.kinds(), sent, got));
      }
    }
    assertThat(wrong.stream().limit(40)).as("%d are wrong", wrong.size()).isEmpty();
  }
}
