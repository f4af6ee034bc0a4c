package org.miltergate.milter.mail;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.text.PrintableText;

/**
 * Edits the envelope of one message and reports what cannot be applied.
 *
 * <p>Adding and deleting take constant time, whatever the number of recipients. Not thread-safe;
 * use from one thread at a time.
 */
final class EnvelopeEditor {
  private Sender sender;
  private final List<String> ignored;

  /** In order, by a number that is never reused. */
  private final Map<Integer, Recipient> recipients = new LinkedHashMap<>();

  /** The numbers of the recipients with a mailbox; a client may have named it twice. */
  private final Map<Bytes, List<Integer>> byMailbox = new HashMap<>();

  private int nextNumber;

  EnvelopeEditor(Envelope envelope, List<String> ignored) {
    this.sender = envelope.sender();
    this.ignored = ignored;
    envelope.recipients().forEach(this::append);
  }

  private void append(Recipient recipient) {
    recipients.put(nextNumber, recipient);
    byMailbox
        .computeIfAbsent(Mailbox.normalized(recipient.path()), key -> new ArrayList<>(1))
        .add(nextNumber);
    nextNumber++;
  }

  void add(Recipient wish) {
    if (wish.mailbox().isEmpty()) {
      ignored.add("recipient to add is empty");
      return;
    }
    if (isBad("recipient to add", wish.path())
        || byMailbox.containsKey(Mailbox.normalized(wish.path()))) {
      return;
    }
    List<Bytes> arguments = new ArrayList<>();
    for (Bytes argument : EsmtpArguments.split(wish.arguments())) {
      if (EsmtpArguments.isRecipientArgument(argument)) {
        arguments.add(argument);
      } else {
        ignored.add(
            "argument of the recipient to add: '%s'"
                .formatted(PrintableText.escape(argument.toArray())));
      }
    }
    append(new Recipient(Mailbox.sent(wish.path()), arguments));
  }

  void delete(Bytes mailbox) {
    List<Integer> numbers = byMailbox.remove(Mailbox.normalized(mailbox));
    if (numbers != null) {
      numbers.forEach(recipients::remove);
    }
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
            "argument of the sender to change to: '%s'"
                .formatted(PrintableText.escape(argument.toArray())));
      }
    }
    sender = new Sender(Mailbox.sent(wish.path()), arguments);
  }

  private boolean isBad(String what, Bytes path) {
    Optional<String> problem = Mailbox.problem(path);
    problem.ifPresent(text ->
        ignored.add("%s %s: '%s'".formatted(what, text, PrintableText.escape(path.toArray()))));
    return problem.isPresent();
  }

  Envelope envelope() {
    return new Envelope(sender, List.copyOf(recipients.values()));
  }
}
