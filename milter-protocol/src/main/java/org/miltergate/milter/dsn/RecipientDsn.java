package org.miltergate.milter.dsn;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.miltergate.milter.bytes.Bytes;

/**
 * The reports that a sender wants for one recipient, from the arguments NOTIFY and ORCPT.
 *
 * @param notifyOn when to report; empty if not given
 * @param originalRecipient the recipient that the sender meant; empty if not given
 * @see "RFC 3461, sections 4.1 and 4.2"
 */
public record RecipientDsn(Set<Notify> notifyOn, Optional<OriginalRecipient> originalRecipient) {
  public RecipientDsn {
    notifyOn = Set.copyOf(notifyOn);
  }

  /**
   * Reads the arguments of RCPT; those that are malformed are ignored.
   *
   * @param arguments each {@code KEYWORD} or {@code KEYWORD=value}
   */
  public static RecipientDsn of(List<Bytes> arguments) {
    Optional<Set<Notify>> notify = Optional.empty();
    Optional<OriginalRecipient> original = Optional.empty();
    for (Bytes argument : arguments) {
      notify = notify.or(() -> Xtext.valueOf(argument, "NOTIFY").flatMap(Notify::parse));
      original =
          original.or(() -> Xtext.valueOf(argument, "ORCPT").flatMap(OriginalRecipient::parse));
    }
    return new RecipientDsn(notify.orElse(Set.of()), original);
  }

  /** Returns whether the sender wants to be told of a failure, which is the default. */
  public boolean wantsFailure() {
    return notifyOn.isEmpty() || notifyOn.contains(Notify.FAILURE);
  }

  /** Returns whether the sender asked to be told of success. */
  public boolean wantsSuccess() {
    return notifyOn.contains(Notify.SUCCESS);
  }

  /**
   * Returns the arguments for a next hop that offers DSN, each without a blank before it; ASCII
   * only. Arguments that the sender did not give are not added (RFC 3461, section 5.2.1).
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
