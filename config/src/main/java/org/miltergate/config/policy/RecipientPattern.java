package org.miltergate.config.policy;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import org.miltergate.address.DomainPattern;

/**
 * One mailbox, one local part at every domain, or a domain.
 *
 * <p>{@code user@example.org}, {@code user@} and the forms of {@link DomainPattern}. Case does not
 * matter, not even in the local part: an entry means every spelling. Immutable and thread-safe.
 *
 * @param localPart in lower case and composed Unicode; empty for every one
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
        normalized(text.substring(0, at)),
        domain.isEmpty() ? Optional.empty() : Optional.of(DomainPattern.parse(domain)));
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException(
        "'"
            + text
            + "' is not a recipient; write one such as user@example.org, user@, example.org or"
            + " .example.org");
  }

  /**
   * Returns whether a recipient matches.
   *
   * <p>A later server adds a domain to a mailbox without one, and which one is unknown here: a
   * local part at any domain matches it, a domain alone does not.
   *
   * @param mailbox without angle brackets and quotes
   */
  public boolean matches(String mailbox) {
    int at = mailbox.lastIndexOf('@');
    String local = at < 0 ? mailbox : mailbox.substring(0, at);
    boolean sameLocal = localPart.isEmpty() || localPart.equals(normalized(local));
    boolean sameDomain =
        at < 0
            ? !localPart.isEmpty()
            : domain.isEmpty() || domain.get().matches(mailbox.substring(at + 1));
    return sameLocal && sameDomain;
  }

  private static String normalized(String localPart) {
    return Normalizer.normalize(localPart, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
  }

  /** Writes what {@link #parse} reads. */
  @Override
  public String toString() {
    String host = domain.map(DomainPattern::toString).orElse("");
    return localPart.isEmpty() ? host : localPart + "@" + host;
  }
}
