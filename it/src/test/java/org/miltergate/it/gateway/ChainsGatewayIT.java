package org.miltergate.it.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.miltergate.it.smtp.Mail;
import org.miltergate.peers.TestMails;
import org.miltergate.peers.milters.ClamavMilter;
import org.miltergate.peers.milters.CompiledFilter;
import org.miltergate.peers.milters.DkimKey;
import org.miltergate.peers.milters.Mimedefang;
import org.miltergate.peers.milters.Opendkim;
import org.miltergate.peers.milters.RealMilter;
import org.miltergate.peers.milters.Rspamd;
import org.miltergate.peers.milters.ScriptSample;
import org.miltergate.peers.process.Lab;
import org.miltergate.peers.process.LabExtension;

/** Two and three real milters in a chain: each sees what those before it made. */
@ExtendWith(LabExtension.class)
class ChainsGatewayIT {

  /** The signature covers what the previous milter wrote, so it is valid only if both agree. */
  @Test
  void signerSignsWhatTheFilterBeforeItWrote(Lab lab) throws Exception {
    DkimKey key = DkimKey.generate(lab.newFolder(), "client.test", "sel");
    RealMilter filter =
        lab.start(folder ->
            CompiledFilter.start(
                folder, "chgheader=1:Subject: two\\n  lines", "replbody=.dot\\n\\ntext\\n\\n"));
    GatewayUnderTest first =
        GatewayUnderTest.behind(lab, filter, lab.start(folder -> Opendkim.sign(folder, key)));
    GatewayUnderTest second =
        GatewayUnderTest.behind(lab, lab.start(folder -> Opendkim.verify(folder, key)));

    Mail sent = first.passMail(TestMails.ham());
    Mail seen = second.passMail(first.sink().messages().getFirst().content().toArray());

    assertThat(sent.body()).isEqualTo(".dot\r\n\r\ntext\r\n\r\n");
    assertThat(seen.values("Authentication-Results"))
        .singleElement()
        .asString()
        .contains("dkim=pass (2048-bit key)");
  }

  @Test
  void threeMiltersEachAddTheirPart(Lab lab) throws Exception {
    GatewayUnderTest gateway =
        GatewayUnderTest.behind(
            lab,
            lab.start(ClamavMilter::rejecting),
            lab.start(Rspamd::start),
            lab.start(Mimedefang::start));

    Mail ham = gateway.passMail(TestMails.ham());

    assertThat(ham.names())
        .containsSubsequence(
            "Received",
            "Authentication-Results",
            "From",
            "X-Virus-Scanned",
            "X-Virus-Status",
            "X-Spamd-Result",
            "X-Mimedefang-Test");
    assertThat(ham.values("Subject")).containsExactly("[md] minutes");
    assertThat(ham.body()).endsWith("Alice\r\n\r\n-- boilerplate\r\n");
    assertThat(gateway.send(TestMails.virus()).toString())
        .isEqualTo("550 5.7.1 Virus Test.Eicar.UNOFFICIAL found");
    assertThat(gateway.send(TestMails.spam()).toString()).isEqualTo("554 5.7.1 Gtube pattern");
    assertThat(gateway.sink().messages()).hasSize(1);
  }

  /** Versions 2 and 6, Perl and C: each gets the body that the previous one left. */
  @Test
  void bodiesArePassedFromOneToTheNext(Lab lab) throws Exception {
    GatewayUnderTest gateway =
        GatewayUnderTest.behind(
            lab,
            lab.start(ScriptSample::pmilter),
            lab.start(Mimedefang::start),
            lab.start(folder ->
                CompiledFilter.start(folder, "chgheader=1:X-PMilter:", "addheader=X-End:1")));

    Mail mail = gateway.passMail(TestMails.ham());

    assertThat(mail.values("Subject")).containsExactly("[md] [pm] changed");
    assertThat(mail.body()).endsWith("Alice\r\n-- footer\r\n\r\n-- boilerplate\r\n");
    assertThat(Set.copyOf(mail.names())).contains("X-End").doesNotContain("X-PMilter");
  }

  /** The scanner after it decides, and nothing of the first one's edits gets out. */
  @Test
  void refusalOfTheLastDropsTheEditsOfTheFirst(Lab lab) throws Exception {
    GatewayUnderTest gateway =
        GatewayUnderTest.behind(
            lab,
            lab.start(folder ->
                CompiledFilter.start(folder, "addrcpt=<dave@remote.test>", "quarantine=held")),
            lab.start(ClamavMilter::rejecting));

    assertThat(gateway.send(TestMails.virus()).toString())
        .isEqualTo("550 5.7.1 Virus Test.Eicar.UNOFFICIAL found");

    assertThat(gateway.sink().messages()).isEmpty();
    assertThat(gateway.held()).isEmpty();
  }
}
