package org.miltergate.milter.mail;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.miltergate.milter.bytes.Bytes;

/** Edits the envelope of one message; what cannot be done is told. Confined to one thread. */
final class EnvelopeEditor {
  private Sender sender;
  private final List<Recipient> recipients;
  private final List<String> ignored;

  EnvelopeEditor(Envelope envelope, List<String> ignored) {
    this.sender = envelope.sender();
    this.recipients = new ArrayList<>(envelope.recipients());
    this.ignored = ignored;
  }

  void add(Recipient wish) {
    if (wish.mailbox().isEmpty()) {
      ignored.add("recipient to add is empty");
      return;
    }
    if (isBad("recipient to add", wish.path()) || isRecipient(wish.path())) {
      return;
    }
    List<Bytes> arguments = new ArrayList<>();
    for (Bytes argument : EsmtpArguments.split(wish.arguments())) {
      if (EsmtpArguments.isRecipientArgument(argument)) {
        arguments.add(argument);
      } else {
        ignored.add("argument of the recipient to add: '%s'".formatted(Printable.escape(argument)));
      }
    }
    recipients.add(new Recipient(Mailbox.angle(wish.path()), arguments));
  }

  private boolean isRecipient(Bytes mailbox) {
    return recipients.stream().anyMatch(recipient -> recipient.sameMailbox(mailbox));
  }

  void delete(Bytes mailbox) {
    recipients.removeIf(recipient -> recipient.sameMailbox(mailbox));
  }

  void change(Sender wish) {
    if (wish.path().isEmpty()) {
      ignored.add("sender to change to is empty");
      return;
    }
    if (isBad("sender to change to", wish.path())) {
      return;
    }
    List<Bytes> arguments = new ArrayList<>(sender.arguments());
    for (Bytes argument : EsmtpArguments.split(wish.arguments())) {
      if (EsmtpArguments.isSenderArgument(argument)) {
        arguments.removeIf(old -> EsmtpArguments.sameKeyword(old, argument));
        arguments.add(argument);
      } else {
        ignored.add(
            "argument of the sender to change to: '%s'".formatted(Printable.escape(argument)));
      }
    }
    sender = new Sender(Mailbox.angle(wish.path()), arguments);
  }

  private boolean isBad(String what, Bytes path) {
    Optional<String> problem = Mailbox.problem(path);
    problem.ifPresent(
        text -> ignored.add("%s %s: '%s'".formatted(what, text, Printable.escape(path))));
    return problem.isPresent();
  }

  Envelope envelope() {
    return new Envelope(sender, recipients);
  }
}
