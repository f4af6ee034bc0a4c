package org.miltergate.gateway.smtp.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Recipient;

/**
 * What a sender wants of reports on one recipient, from the arguments NOTIFY and ORCPT.
 *
 * @param notifyOn when to report; empty if the sender did not say
 * @param originalRecipient whom the sender meant; empty if it did not say
 * @see "RFC 3461, sections 4.1 and 4.2"
 */
public record RecipientDsn(Set<Notify> notifyOn, Optional<OriginalRecipient> originalRecipient) {
  public RecipientDsn {
    notifyOn = Set.copyOf(notifyOn);
  }

  /** Reads the arguments of a recipient; those that are malformed are as if they were not there. */
  public static RecipientDsn of(Recipient recipient) {
    Optional<Set<Notify>> notify = Optional.empty();
    Optional<OriginalRecipient> original = Optional.empty();
    for (Bytes argument : recipient.arguments()) {
      notify = notify.or(() -> Xtext.valueOf(argument, "NOTIFY").flatMap(Notify::parse));
      original =
          original.or(() -> Xtext.valueOf(argument, "ORCPT").flatMap(OriginalRecipient::parse));
    }
    return new RecipientDsn(notify.orElse(Set.of()), original);
  }

  /** Tells whether the sender is to hear of a failure; so it is if it did not say. */
  public boolean wantsFailure() {
    return notifyOn.isEmpty() || notifyOn.contains(Notify.FAILURE);
  }

  /** Tells whether the sender asked to hear of success. */
  public boolean wantsSuccess() {
    return notifyOn.contains(Notify.SUCCESS);
  }

  /**
   * Returns the arguments for a next hop that offers DSN, each without a blank before it; ASCII
   * only. What the sender did not say is not said (RFC 3461, section 5.2.1).
   */
  public List<Bytes> arguments() {
    List<Bytes> arguments = new ArrayList<>();
    if (!notifyOn.isEmpty()) {
      String words =
          Stream.of(Notify.values())
              .filter(notifyOn::contains)
              .map(Notify::name)
              .collect(Collectors.joining(","));
      arguments.add(Bytes.ofLatin1("NOTIFY=" + words));
    }
    originalRecipient.ifPresent(
        original -> arguments.add(Bytes.ofLatin1("ORCPT=").concat(original.encoded())));
    return arguments;
  }
}
