package org.miltergate.it.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.miltergate.it.smtp.Mail;
import org.miltergate.it.smtp.SmtpDialogue;
import org.miltergate.milter.test.smtp.SinkMessage;
import org.miltergate.peers.TestMails;
import org.miltergate.peers.milters.ClamavMilter;
import org.miltergate.peers.milters.CompiledFilter;
import org.miltergate.peers.milters.Mimedefang;
import org.miltergate.peers.milters.RealMilter;
import org.miltergate.peers.milters.Rspamd;
import org.miltergate.peers.milters.ScriptSample;
import org.miltergate.peers.milters.SpamassMilter;
import org.miltergate.peers.process.Lab;
import org.miltergate.peers.process.LabExtension;

/**
 * Real milters with the gateway, one at a time: the replies and modifications of each have their
 * effect.
 */
@ExtendWith(LabExtension.class)
class RealMiltersGatewayIT {
  private static final String HAM_HEADER = header(TestMails.ham());

  private static String header(byte[] message) {
    String text = Contents.text(message);
    return text.substring(0, text.indexOf("\r\n\r\n") + 2);
  }

  /** Rspamd answers nothing but the end of message. */
  @Test
  void rspamdAddsItsFieldsAndRefusesSpamInItsOwnWords(Lab lab) throws Exception {
    GatewayUnderTest gateway = GatewayUnderTest.behind(lab, lab.start(Rspamd::start));

    SinkMessage ham = gateway.pass(TestMails.ham());

    Mail mail = Mail.of(ham);
    assertThat(mail.names()).startsWith("Received", "Authentication-Results", "From");
    assertThat(mail.names()) // their order is another in each run of it
        .contains(
            "X-Spamd-Result",
            "X-Spamd-Bar",
            "X-Rspamd-Action",
            "X-Rspamd-Server",
            "X-Spam-Status",
            "X-Rspamd-Queue-Id");
    assertThat(mail.values("X-Spamd-Result").getFirst()).contains("\r\n\t");
    assertThat(ham.content().toString()).contains(HAM_HEADER);
    assertThat(gateway.send(TestMails.spam()).toString()).isEqualTo("554 5.7.1 Gtube pattern");
    assertThat(gateway.logLines())
        .anyMatch(line -> line.contains("milter-reject") && line.contains("milter=m1"));
  }

  /** The new body comes in one packet of more than a megabyte. */
  @Test
  void rspamdAddsALineToALargeMessage(Lab lab) throws Exception {
    GatewayUnderTest gateway = GatewayUnderTest.behind(lab, lab.start(Rspamd::withFooter));
    String line = "x".repeat(70) + "\r\n";
    String body = line.repeat(3_000_000 / line.length());
    byte[] message = Contents.bytes("From: a@client.test\r\nSubject: large\r\n\r\n" + body);

    SinkMessage passed = gateway.pass(message);

    assertThat(passed.content().toString().endsWith("\r\n\r\n" + body + Rspamd.FOOTER)).isTrue();
  }

  @Test
  void clamavMilterRefusesAVirusInItsOwnWords(Lab lab) throws Exception {
    GatewayUnderTest gateway = GatewayUnderTest.behind(lab, lab.start(ClamavMilter::rejecting));

    assertThat(gateway.passMail(TestMails.ham()).names())
        .endsWith("X-Virus-Scanned", "X-Virus-Status");
    assertThat(gateway.send(TestMails.virus()).toString())
        .isEqualTo("550 5.7.1 Virus Test.Eicar.UNOFFICIAL found");
    assertThat(gateway.sink().messages()).hasSize(1);
  }

  @Test
  void clamavMilterHoldsAVirus(Lab lab) throws Exception {
    GatewayUnderTest gateway = GatewayUnderTest.behind(lab, lab.start(ClamavMilter::quarantining));

    assertThat(gateway.send(TestMails.virus()).code()).isEqualTo(250);

    String name = assertThat(gateway.held()).singleElement().actual();
    assertThat(gateway.heldMessage(name))
        .contains("X-Virus-Status: Infected (Test.Eicar.UNOFFICIAL)")
        .endsWith(Contents.text(TestMails.virus()));
    assertThat(gateway.heldRecord(name))
        .contains("alice@client.test", "bob@remote.test", "quarantined by clamav-milter", "m1");
    assertThat(gateway.sink().messages()).isEmpty();
  }

  @Test
  void clamavMilterMakesAVirusVanish(Lab lab) throws Exception {
    GatewayUnderTest gateway = GatewayUnderTest.behind(lab, lab.start(ClamavMilter::discarding));

    assertThat(gateway.send(TestMails.virus()).code()).isEqualTo(250);
    SinkMessage ham = gateway.pass(TestMails.ham());

    assertThat(gateway.held()).isEmpty();
    assertThat(gateway.sink().messages()).hasSize(1);
    assertThat(Contents.withoutReceived(ham)).isEqualTo(Contents.text(TestMails.ham()));
    assertThat(gateway.logLines()).anyMatch(line -> line.contains("milter-discard"));
  }

  /** Header, recipients and body change together. */
  @Test
  void spamassMilterSendsSpamToItsBucketInANewBody(Lab lab) throws Exception {
    GatewayUnderTest gateway =
        GatewayUnderTest.behind(
            lab, lab.start(folder -> SpamassMilter.redirecting(folder, "spambucket@remote.test")));

    Mail ham = gateway.passMail(TestMails.ham());
    Mail spam = gateway.passMail(TestMails.spam());

    assertThat(ham.recipients()).containsExactly("<bob@remote.test>");
    assertThat(ham.names()).contains("X-Spam-Status", "X-Spam-Checker-Version");
    assertThat(spam.recipients()).containsExactly("<spambucket@remote.test>");
    assertThat(spam.values("Content-Type")).singleElement().asString().contains("multipart/mixed");
    assertThat(spam.body()).contains("Content analysis details", TestMails.GTUBE);
    assertThat(spam.body().replace("\r\n", "")).doesNotContain("\n", "\r");
  }

  /** It asks for macros by name, and its new body has bare line feeds. */
  @Test
  void mimedefangChangesTheMailAndRefusesAVirusInItsOwnWords(Lab lab) throws Exception {
    GatewayUnderTest gateway = GatewayUnderTest.behind(lab, lab.start(Mimedefang::start));

    Mail mail = gateway.passMail(TestMails.ham());

    assertThat(mail.values("Subject")).containsExactly("[md] minutes");
    assertThat(mail.values("X-Mimedefang-Test")).containsExactly("seen");
    assertThat(mail.body()).endsWith("Alice\r\n\r\n-- boilerplate\r\n");
    assertThat(mail.body().replace("\r\n", "")).doesNotContain("\n", "\r");
    assertThat(gateway.send(TestMails.virus()).toString()).isEqualTo("554 5.7.1 virus test string");
  }

  /** It speaks version 2: no DATA, no unknown commands. */
  @Test
  void pmilterOfVersionTwoChangesTheMailAndRefusesSpam(Lab lab) throws Exception {
    GatewayUnderTest gateway = GatewayUnderTest.behind(lab, lab.start(ScriptSample::pmilter));

    try (SmtpDialogue smtp = gateway.connect()) {
      assertThat(smtp.send("NONSENSE").code()).isEqualTo(500);
      assertThat(smtp.deliver("alice@client.test", List.of("bob@remote.test"), TestMails.ham()))
          .hasToString(smtp.exchanges().getLast().answer().toString())
          .matches(answer -> answer.code() == 250);
    }

    Mail mail = Mail.of(gateway.sink().awaitMessages(1).getFirst());
    assertThat(mail.values("X-PMilter")).containsExactly("seen");
    assertThat(mail.values("Subject")).containsExactly("[pm] changed");
    assertThat(mail.body()).endsWith("Alice\r\n-- footer\r\n");
    assertThat(gateway.send(TestMails.spam()).toString()).isEqualTo("550 5.7.1 Spam by GTUBE");
  }

  @Test
  void compiledFilterChangesAllThereIs(Lab lab) throws Exception {
    RealMilter filter =
        lab.start(folder ->
            CompiledFilter.start(
                folder,
                "addheader=X-A:one\\n two",
                "insheader=0:X-Top:above",
                "insheader=2:X-First:below",
                "chgheader=1:Subject:other",
                "chgheader=1:Message-ID:",
                "progress=10",
                "replbody=new\\n",
                "replbody=body",
                "chgfrom=<carol@client.test>",
                "delrcpt=<bob@remote.test>",
                "addrcpt=<dave@remote.test>"));

    Mail mail = GatewayUnderTest.behind(lab, filter).passMail(TestMails.ham());

    assertThat(mail.sender()).isEqualTo("<carol@client.test>");
    assertThat(mail.recipients()).containsExactly("<dave@remote.test>");
    assertThat(mail.names())
        .containsExactly(
            "X-Top",
            "Received",
            "X-First",
            "From",
            "To",
            "Subject",
            "Date",
            "MIME-Version",
            "Content-Type",
            "X-A");
    assertThat(mail.fields()).contains("X-A: one\r\n two", "Subject: other");
    assertThat(mail.body()).isEqualTo("new\r\nbody\r\n");
  }

  @Test
  void refusedRecipientLeavesTheOthersAlone(Lab lab) throws Exception {
    RealMilter filter =
        lab.start(folder -> CompiledFilter.start(folder, "reply=envrcpt:550:5.1.1:no|not here"));
    GatewayUnderTest gateway = GatewayUnderTest.behind(lab, filter);

    try (SmtpDialogue smtp = gateway.connect()) {
      smtp.send("EHLO client.test");
      smtp.send("MAIL FROM:<alice@client.test>");
      assertThat(smtp.send("RCPT TO:<bob@remote.test>").lines())
          .containsExactly("550-5.1.1 no", "550 5.1.1 not here");
      assertThat(smtp.send("DATA").code()).isEqualTo(554);
    }
  }

  @Test
  void messagesOfOneSessionAreOneDialogueWithTheMilter(Lab lab) throws Exception {
    for (int count : List.of(2, 20)) {
      RealMilter filter =
          lab.start(folder -> CompiledFilter.start(folder, "addheader=X-A:1", "replbody=b\\r\\n"));
      GatewayUnderTest gateway = GatewayUnderTest.behind(lab, filter);

      try (SmtpDialogue smtp = gateway.connect()) {
        for (int i = 0; i < count; i++) {
          assertThat(
                  smtp.deliver(
                          "a" + i + "@client.test", List.of("bob@remote.test"), TestMails.ham())
                      .code())
              .isEqualTo(250);
        }
        assertThat(smtp.send("QUIT").code()).isEqualTo(221);
      }

      List<SinkMessage> messages = gateway.sink().awaitMessages(count);
      assertThat(messages.stream().map(m -> Mail.of(m).sender()))
          .isEqualTo(IntStream.range(0, count).mapToObj(i -> "<a" + i + "@client.test>").toList());
      assertThat(messages)
          .allSatisfy(message -> {
            assertThat(Mail.of(message).values("X-A")).containsExactly("1");
            assertThat(Mail.of(message).body()).isEqualTo("b\r\n");
          });
    }
  }
}
