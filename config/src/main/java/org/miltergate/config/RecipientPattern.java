package org.miltergate.config;

import java.util.Locale;
import java.util.Optional;

/**
 * One mailbox, one local part at every domain, or a domain.
 *
 * <p>{@code user@example.org}, {@code user@} and the forms of {@link DomainPattern}. Case does not
 * count, in the local part neither: who lists a name means every way to write it. Immutable and
 * thread-safe.
 *
 * @param localPart in lower case; empty for every one
 * @param domain empty for every one
 */
public record RecipientPattern(String localPart, Optional<DomainPattern> domain) {
  public RecipientPattern {
    boolean printable = localPart.chars().noneMatch(c -> c <= ' ' || c == 0x7f);
    if (!printable || (localPart.isEmpty() && domain.isEmpty())) {
      throw malformed(localPart);
    }
  }

  /**
   * Reads one of the forms above.
   *
   * @throws IllegalArgumentException if the text is none of them
   */
  public static RecipientPattern parse(String text) {
    int at = text.lastIndexOf('@');
    if (at < 0) {
      return new RecipientPattern("", Optional.of(DomainPattern.parse(text)));
    }
    if (at == 0) {
      throw malformed(text);
    }
    String domain = text.substring(at + 1);
    return new RecipientPattern(
        text.substring(0, at).toLowerCase(Locale.ROOT),
        domain.isEmpty() ? Optional.empty() : Optional.of(DomainPattern.parse(domain)));
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException(
        "'"
            + text
            + "' is no recipient; write one such as user@example.org, user@, example.org or"
            + " .example.org");
  }

  /**
   * Tells whether a recipient is meant.
   *
   * @param mailbox without angle brackets; it may lack the domain
   */
  public boolean matches(String mailbox) {
    int at = mailbox.lastIndexOf('@');
    String local = at < 0 ? mailbox : mailbox.substring(0, at);
    boolean sameLocal = localPart.isEmpty() || localPart.equals(local.toLowerCase(Locale.ROOT));
    return sameLocal
        && (domain.isEmpty() || (at >= 0 && domain.get().matches(mailbox.substring(at + 1))));
  }

  /** Writes what {@link #parse} reads. */
  @Override
  public String toString() {
    String host = domain.map(DomainPattern::toString).orElse("");
    return localPart.isEmpty() ? host : localPart + "@" + host;
  }
}
