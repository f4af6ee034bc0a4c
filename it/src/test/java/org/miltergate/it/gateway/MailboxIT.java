package org.miltergate.it.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.internet.MimeMessage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.miltergate.address.HostPort;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.it.smtp.SmtpDialogue;
import org.miltergate.peers.TestMails;
import org.miltergate.peers.milters.CompiledFilter;
import org.miltergate.peers.milters.RealMilter;
import org.miltergate.peers.process.Lab;
import org.miltergate.peers.process.LabExtension;

/** Mail that passed through the gateway arrives in mailboxes, and a mail program can read it. */
@ExtendWith(LabExtension.class)
class MailboxIT {

  @Test
  void mailArrivesWithWhatTheMilterAdded(Lab lab) throws Exception {
    GreenMail mailboxes = mailboxes(lab);
    RealMilter filter =
        lab.start(folder ->
            CompiledFilter.start(
                folder, "addheader=X-Seen:by the filter", "addrcpt=<copy@remote.test>"));

    try (SmtpDialogue smtp = inFrontOf(lab, mailboxes, filter).connect()) {
      assertThat(
              smtp.deliver(TestMails.SENDER, List.of(TestMails.RECIPIENT), TestMails.ham()).code())
          .isEqualTo(250);
    }

    assertThat(mailboxes.waitForIncomingEmail(20_000, 2)).isTrue();
    for (MimeMessage mail : mailboxes.getReceivedMessagesForDomain("remote.test")) {
      assertThat(mail.getSubject()).isEqualTo("minutes");
      assertThat(mail.getHeader("X-Seen")).containsExactly("by the filter");
      assertThat(mail.getHeader("Received")).anyMatch(field -> field.contains("by mta.test"));
      assertThat(mail.getContent().toString()).contains("lunch on Tuesday?");
    }
  }

  @Test
  void refusedMailIsInNoMailbox(Lab lab) throws Exception {
    GreenMail mailboxes = mailboxes(lab);
    RealMilter filter =
        lab.start(folder -> CompiledFilter.start(folder, "addheader=X-A:1", "reject=eom"));

    try (SmtpDialogue smtp = inFrontOf(lab, mailboxes, filter).connect()) {
      assertThat(
              smtp.deliver(TestMails.SENDER, List.of(TestMails.RECIPIENT), TestMails.ham()).code())
          .isEqualTo(550);
    }

    assertThat(mailboxes.getReceivedMessages()).isEmpty();
  }

  private static GreenMail mailboxes(Lab lab) {
    GreenMail mailboxes = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    mailboxes.start();
    lab.add((AutoCloseable) mailboxes::stop);
    return mailboxes;
  }

  private static GatewayUnderTest inFrontOf(Lab lab, GreenMail mailboxes, RealMilter filter)
      throws Exception {
    HostPort target = new HostPort("127.0.0.1", mailboxes.getSmtp().getPort());
    return GatewayUnderTest.start(
        lab,
        List.of(GatewayUnderTest.milter("m1", filter.address())),
        config -> config.set(GatewayConfig.NEXT_HOP, NextHopConfig.Smtp.of(target)));
  }
}
