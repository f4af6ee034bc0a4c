package org.miltergate.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.miltergate.it.smtp.Mail;
import org.miltergate.it.smtp.SmtpAnswer;
import org.miltergate.it.smtp.SmtpDialogue;
import org.miltergate.milter.test.smtp.ScriptedSmtpSink;
import org.miltergate.net.Endpoint;
import org.miltergate.peers.TestMails;
import org.miltergate.peers.milters.AmavisdMilter;
import org.miltergate.peers.milters.ClamavMilter;
import org.miltergate.peers.milters.CompiledFilter;
import org.miltergate.peers.milters.DkimKey;
import org.miltergate.peers.milters.DkimpyMilter;
import org.miltergate.peers.milters.LibmilterSample;
import org.miltergate.peers.milters.Mimedefang;
import org.miltergate.peers.milters.Opendkim;
import org.miltergate.peers.milters.Opendmarc;
import org.miltergate.peers.milters.PyspfMilter;
import org.miltergate.peers.milters.RealMilter;
import org.miltergate.peers.milters.Rspamd;
import org.miltergate.peers.milters.ScriptSample;
import org.miltergate.peers.milters.SpamassMilter;
import org.miltergate.peers.mta.Mta;
import org.miltergate.peers.mta.MtaKind;
import org.miltergate.peers.mta.MtaSetup;
import org.miltergate.peers.process.Lab;
import org.miltergate.peers.process.LabExtension;

/**
 * Each real milter behind Postfix does what it is set up for: so that a test of ours that fails
 * with the same milter is known to fail by our fault.
 */
@ExtendWith(LabExtension.class)
class RealMiltersStartIT {

  /** A mail server with milters in front of a sink, and what has come through. */
  private record Line(Mta mta, ScriptedSmtpSink sink) {
    static Line behind(Lab lab, RealMilter milter) throws IOException {
      ScriptedSmtpSink sink = lab.add(ScriptedSmtpSink.start());
      MtaSetup setup = MtaSetup.relayingTo(sink.port()).milter(Endpoint.parse(milter.address()));
      Mta mta = lab.start(folder -> MtaKind.POSTFIX.start(folder, setup));
      return new Line(mta, sink);
    }

    SmtpAnswer send(byte[] message) throws IOException {
      try (SmtpDialogue smtp = SmtpDialogue.connect(mta.smtp())) {
        SmtpAnswer answer = smtp.deliver(TestMails.SENDER, List.of(TestMails.RECIPIENT), message);
        smtp.send("QUIT");
        return answer;
      }
    }

    Mail sendAndGet(byte[] message) throws IOException, InterruptedException {
      int before = sink.messages().size();
      assertThat(send(message).code()).isEqualTo(250);
      return Mail.of(sink.awaitMessages(before + 1).get(before));
    }
  }

  @Test
  void opendkimSignsAndVerifiesItsSignature(Lab lab) throws Exception {
    DkimKey key = DkimKey.generate(lab.newFolder(), "client.test", "sel");
    Line signing = Line.behind(lab, lab.start(folder -> Opendkim.sign(folder, key)));
    Line verifying = Line.behind(lab, lab.start(folder -> Opendkim.verify(folder, key)));

    signing.sendAndGet(TestMails.ham());
    byte[] signed = signing.sink().messages().getFirst().content().toArray();
    Mail seen = verifying.sendAndGet(signed);
    Mail unsigned = verifying.sendAndGet(TestMails.ham());

    assertThat(Mail.of(signing.sink().messages().getFirst()).names())
        .startsWith("DKIM-Signature", "Received");
    assertThat(seen.values("Authentication-Results"))
        .singleElement()
        .asString()
        .contains("dkim=pass (2048-bit key)");
    assertThat(unsigned.values("Authentication-Results"))
        .singleElement()
        .asString()
        .contains("dkim=none");
  }

  @Test
  void opendmarcAddsItsThreeFieldsOnTop(Lab lab) throws Exception {
    Mail mail = Line.behind(lab, lab.start(Opendmarc::start)).sendAndGet(TestMails.ham());

    assertThat(mail.names())
        .startsWith("DMARC-Filter", "Authentication-Results", "Authentication-Results", "Received");
  }

  @Test
  void rspamdAddsItsFieldsAndRefusesSpam(Lab lab) throws Exception {
    Line line = Line.behind(lab, lab.start(Rspamd::start));

    Mail mail = line.sendAndGet(TestMails.ham());

    assertThat(mail.names()).startsWith("Received", "Authentication-Results");
    assertThat(mail.names())
        .contains(
            "X-Spamd-Result",
            "X-Spamd-Bar",
            "X-Rspamd-Action",
            "X-Rspamd-Server",
            "X-Spam-Status",
            "X-Rspamd-Queue-Id");
    assertThat(line.send(TestMails.spam()).toString()).isEqualTo("554 5.7.1 Gtube pattern");
  }

  @Test
  void spamassMilterAddsItsFieldsAndRefusesSpam(Lab lab) throws Exception {
    Line line = Line.behind(lab, lab.start(SpamassMilter::rejecting));

    Mail mail = line.sendAndGet(TestMails.ham());

    assertThat(mail.names()).contains("X-Spam-Status", "X-Spam-Checker-Version");
    assertThat(line.send(TestMails.spam()).toString())
        .isEqualTo("550 5.7.1 Blocked by SpamAssassin");
  }

  @Test
  void spamassMilterSendsSpamToItsBucket(Lab lab) throws Exception {
    Line line =
        Line.behind(
            lab, lab.start(folder -> SpamassMilter.redirecting(folder, "spambucket@remote.test")));

    Mail mail = line.sendAndGet(TestMails.spam());

    assertThat(mail.recipients()).containsExactly("<spambucket@remote.test>");
    assertThat(mail.values("Content-Type")).singleElement().asString().contains("multipart/mixed");
    assertThat(mail.body()).contains("Content analysis details").contains(TestMails.GTUBE);
  }

  @Test
  void clamavMilterRefusesAVirus(Lab lab) throws Exception {
    Line line = Line.behind(lab, lab.start(ClamavMilter::rejecting));

    assertThat(line.sendAndGet(TestMails.ham()).names())
        .endsWith("X-Virus-Scanned", "X-Virus-Status");
    assertThat(line.send(TestMails.virus()).toString())
        .isEqualTo("550 5.7.1 Virus Test.Eicar.UNOFFICIAL found");
  }

  @Test
  void clamavMilterQuarantinesAVirus(Lab lab) throws Exception {
    Line line = Line.behind(lab, lab.start(ClamavMilter::quarantining));

    assertThat(line.send(TestMails.virus()).code()).isEqualTo(250);

    assertThat(line.mta().held()).isEqualTo(1);
    assertThat(line.sink().messages()).isEmpty();
  }

  @Test
  void clamavMilterMakesAVirusVanish(Lab lab) throws Exception {
    Line line = Line.behind(lab, lab.start(ClamavMilter::discarding));

    assertThat(line.send(TestMails.virus()).code()).isEqualTo(250);
    line.sendAndGet(TestMails.ham());

    assertThat(line.mta().held()).isZero();
    assertThat(line.sink().messages()).hasSize(1);
  }

  @Test
  void mimedefangChangesTheMailAndRefusesAVirus(Lab lab) throws Exception {
    Line line = Line.behind(lab, lab.start(Mimedefang::start));

    Mail mail = line.sendAndGet(TestMails.ham());

    assertThat(mail.values("Subject")).containsExactly("[md] minutes");
    assertThat(mail.values("X-Mimedefang-Test")).containsExactly("seen");
    assertThat(mail.body()).endsWith("Alice\r\n\r\n-- boilerplate\r\n");
    assertThat(line.send(TestMails.virus()).toString()).isEqualTo("554 5.7.1 virus test string");
  }

  @Test
  void amavisdMilterAddsItsFieldsAndRefusesSpam(Lab lab) throws Exception {
    Line line = Line.behind(lab, lab.start(AmavisdMilter::start));

    Mail mail = line.sendAndGet(TestMails.ham());

    assertThat(mail.names())
        .startsWith("X-Spam-Flag", "X-Spam-Score", "X-Spam-Level", "X-Spam-Status", "Received");
    assertThat(line.send(TestMails.spam()).toString())
        .startsWith("554 5.7.0 Reject, id=")
        .endsWith(" - spam");
  }

  @Test
  void pyspfMilterAddsItsResult(Lab lab) throws Exception {
    Mail mail = Line.behind(lab, lab.start(PyspfMilter::start)).sendAndGet(TestMails.ham());

    assertThat(mail.names()).startsWith("Authentication-Results", "Received");
    assertThat(mail.values("Authentication-Results").getFirst()).contains("spf=none");
  }

  @Test
  void dkimpyMilterSigns(Lab lab) throws Exception {
    DkimKey key = DkimKey.generate(lab.newFolder(), "client.test", "sel");

    Mail mail =
        Line.behind(lab, lab.start(folder -> DkimpyMilter.sign(folder, key)))
            .sendAndGet(TestMails.ham());

    assertThat(mail.names()).startsWith("DKIM-Signature", "Received");
  }

  @Test
  void pymilterSampleChangesTheMailAndRefusesSpam(Lab lab) throws Exception {
    Line line = Line.behind(lab, lab.start(ScriptSample::pymilter));

    Mail mail = line.sendAndGet(TestMails.ham());

    assertThat(mail.values("X-Pymilter")).containsExactly("seen 79 bytes");
    assertThat(mail.values("Subject")).containsExactly("[py] minutes");
    assertThat(mail.recipients()).containsExactly("<bob@remote.test>", "<copy@remote.test>");
    assertThat(line.send(TestMails.spam()).toString()).isEqualTo("550 5.7.1 Spam by GTUBE");
  }

  @Test
  void pmilterSampleChangesTheMailAndRefusesSpam(Lab lab) throws Exception {
    Line line = Line.behind(lab, lab.start(ScriptSample::pmilter));

    Mail mail = line.sendAndGet(TestMails.ham());

    assertThat(mail.values("X-PMilter")).containsExactly("seen");
    assertThat(mail.values("Subject")).containsExactly("[pm] changed");
    assertThat(mail.body()).endsWith("Alice\r\n-- footer\r\n");
    assertThat(line.send(TestMails.spam()).toString()).isEqualTo("550 5.7.1 Spam by GTUBE");
  }

  @Test
  void sendmailMilterSampleAddsItsFieldAndRefusesSpam(Lab lab) throws Exception {
    Line line = Line.behind(lab, lab.start(ScriptSample::sendmailMilter));

    Mail mail = line.sendAndGet(TestMails.ham());

    assertThat(mail.values("X-Sendmail-Milter")).containsExactly("seen 79 bytes");
    assertThat(line.send(TestMails.spam()).toString()).isEqualTo("550 5.7.1 Spam by GTUBE");
  }

  @Test
  void libmilterSampleAddsItsField(Lab lab) throws Exception {
    Mail mail = Line.behind(lab, lab.start(LibmilterSample::start)).sendAndGet(TestMails.ham());

    assertThat(mail.names()).endsWith("X-Archived");
  }

  @Test
  void compiledFilterDoesWhatItsWordsSay(Lab lab) throws Exception {
    RealMilter filter =
        lab.start(folder ->
            CompiledFilter.start(
                folder,
                "addheader=X-A:one\\n two",
                "chgheader=1:Subject:other",
                "progress=10",
                "replbody=new\\r\\n",
                "chgfrom=<carol@client.test>",
                "delrcpt=<bob@remote.test>",
                "addrcpt=<dave@remote.test>",
                "reply=helo:550:5.7.1:no"));
    Line line = Line.behind(lab, filter);

    assertThat(line.send(TestMails.ham()).toString()).isEqualTo("550 5.7.1 no");
    try (SmtpDialogue smtp = SmtpDialogue.connect(line.mta().smtp())) {
      smtp.send("MAIL FROM:<alice@client.test>");
      smtp.send("RCPT TO:<bob@remote.test>");
      assertThat(smtp.sendMessage(TestMails.ham()).code()).isEqualTo(250);
    }

    Mail mail = Mail.of(line.sink().awaitMessages(1).getFirst());
    assertThat(mail.sender()).isEqualTo("<carol@client.test>");
    assertThat(mail.recipients()).containsExactly("<dave@remote.test>");
    assertThat(mail.fields()).contains("X-A: one\r\n two", "Subject: other");
    assertThat(mail.body()).isEqualTo("new\r\n");
  }
}
