package org.miltergate.milter.filter;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.Reply;
import org.miltergate.milter.wire.Reply.Modification;

/** The envelope as a filter wants it, and the packets for the difference. */
final class EnvelopeEdits {
  private static final Bytes BLANK = Bytes.ofLatin1(" ");

  private final List<EnvelopeAddress> removed = new ArrayList<>();
  private final List<EnvelopeAddress> added = new ArrayList<>();
  private @Nullable EnvelopeAddress sender;

  void changeSender(EnvelopeAddress wanted) {
    sender = wanted;
  }

  EnvelopeAddress sender(EnvelopeAddress original) {
    EnvelopeAddress changed = sender;
    return changed == null ? original : changed;
  }

  void add(EnvelopeAddress recipient) {
    added.removeIf(recipient::sameMailbox);
    added.add(recipient);
  }

  void remove(EnvelopeAddress recipient) {
    added.removeIf(recipient::sameMailbox);
    if (!isRemoved(recipient)) {
      removed.add(recipient);
    }
  }

  private boolean isRemoved(EnvelopeAddress recipient) {
    return removed.stream().anyMatch(recipient::sameMailbox);
  }

  List<EnvelopeAddress> recipients(List<EnvelopeAddress> original) {
    List<EnvelopeAddress> recipients = new ArrayList<>();
    for (EnvelopeAddress recipient : original) {
      if (!isRemoved(recipient)) {
        recipients.add(recipient);
      }
    }
    for (EnvelopeAddress recipient : added) {
      if (recipients.stream().noneMatch(recipient::sameMailbox)) {
        recipients.add(recipient);
      }
    }
    return List.copyOf(recipients);
  }

  /**
   * Returns the packets; recipients are deleted before others are added. Deleting takes exactly the
   * text by which the MTA knows the recipient, in both MTAs.
   */
  List<Modification> packets(
      @Nullable EnvelopeAddress originalSender, List<EnvelopeAddress> originalRecipients) {
    List<Modification> packets = new ArrayList<>();
    EnvelopeAddress wanted = sender;
    if (wanted != null && !wanted.equals(originalSender)) {
      packets.add(new Reply.ChangeSender(wanted.path(), oneText(wanted.arguments())));
    }
    List<EnvelopeAddress> recipients = recipients(originalRecipients);
    Set<EnvelopeAddress> now = new HashSet<>(recipients);
    for (EnvelopeAddress recipient : originalRecipients) {
      if (!now.contains(recipient)) {
        packets.add(new Reply.DeleteRecipient(recipient.path()));
      }
    }
    Set<EnvelopeAddress> before = new HashSet<>(originalRecipients);
    for (EnvelopeAddress recipient : recipients) {
      if (!before.contains(recipient)) {
        packets.add(
            recipient.arguments().isEmpty()
                ? new Reply.AddRecipient(recipient.path())
                : new Reply.AddRecipientWithArguments(
                    recipient.path(), oneText(recipient.arguments())));
      }
    }
    return packets;
  }

  private static List<Bytes> oneText(List<Bytes> arguments) {
    return arguments.stream().reduce((a, b) -> a.concat(BLANK).concat(b)).stream().toList();
  }
}
