package org.miltergate.gateway.relay.smtp;

import org.miltergate.gateway.relay.MailOption;
import org.miltergate.gateway.relay.MailParameters;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.dsn.RecipientDsn;
import org.miltergate.milter.dsn.SenderDsn;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.Sender;

/**
 * A command to the next hop.
 *
 * @param step that it belongs to
 * @param line with its line end
 */
record SmtpCommand(SmtpStep step, Bytes line) {
  static final SmtpCommand DATA = of(SmtpStep.DATA, "DATA");
  static final SmtpCommand RSET = of(SmtpStep.RSET, "RSET");
  static final SmtpCommand QUIT = of(SmtpStep.QUIT, "QUIT");

  static SmtpCommand of(SmtpStep step, String line) {
    return new SmtpCommand(step, Bytes.ofLatin1(line + "\r\n"));
  }

  /** Names the sender, with those arguments that the next hop offers and the message has. */
  static SmtpCommand mail(MailParameters mail, Extensions offered) {
    Bytes path = Sender.angle(mail.sender().path());
    StringBuilder arguments = new StringBuilder();
    if (offered.size() && mail.length() > 0) {
      arguments.append(" SIZE=").append(mail.length());
    }
    for (MailOption option : MailOption.values()) {
      if (mail.options().contains(option) && offered.offers(option)) {
        arguments.append(' ').append(option.argument());
      }
    }
    if (offered.dsn()) {
      SenderDsn.of(mail.sender().arguments())
          .arguments()
          .forEach(dsn -> arguments.append(' ').append(dsn));
    }
    return new SmtpCommand(
        SmtpStep.MAIL,
        Bytes.ofLatin1("MAIL FROM:").concat(path).concat(Bytes.ofLatin1(arguments + "\r\n")));
  }

  /**
   * Names a recipient, with what its sender wants of reports if the next hop offers that; else it
   * is dropped, as by Postfix.
   */
  static SmtpCommand rcpt(Recipient recipient, Extensions offered) {
    Bytes path = Recipient.angle(recipient.path());
    StringBuilder arguments = new StringBuilder();
    if (offered.dsn()) {
      RecipientDsn.of(recipient.arguments())
          .arguments()
          .forEach(dsn -> arguments.append(' ').append(dsn));
    }
    return new SmtpCommand(
        SmtpStep.RCPT,
        Bytes.ofLatin1("RCPT TO:").concat(path).concat(Bytes.ofLatin1(arguments + "\r\n")));
  }
}
