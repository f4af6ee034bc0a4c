package org.miltergate.config.nexthop;

import java.util.Locale;
import java.util.Optional;
import org.miltergate.address.DomainPattern;
import org.miltergate.address.Domains;
import org.miltergate.config.setting.TextForm;

/**
 * Recipients that a route is for: {@code example.org}, {@code .example.org} for all domains below
 * it, or {@code user@example.org}. Case does not count.
 *
 * <p>Immutable and thread-safe.
 *
 * @param localPart in lower case; empty for every one
 */
public record RouteRecipient(String localPart, DomainPattern domain) {
  static final TextForm<RouteRecipient> FORM =
      TextForm.of(
          "a domain, such as example.org or .example.org, or an address", RouteRecipient::parse);

  /**
   * Reads one of the forms above.
   *
   * @throws IllegalArgumentException if the text is none of them
   */
  public static RouteRecipient parse(String text) {
    int at = text.lastIndexOf('@');
    if (at == 0) {
      throw new IllegalArgumentException(
          "'%s' is no recipient; write one such as user@example.org, example.org or .example.org"
              .formatted(text));
    }
    return new RouteRecipient(
        at < 0 ? "" : text.substring(0, at).toLowerCase(Locale.ROOT),
        DomainPattern.parse(text.substring(at + 1)));
  }

  /**
   * Returns whether a recipient is meant.
   *
   * @param mailbox without angle brackets and quotes
   */
  public boolean matches(String mailbox) {
    int at = mailbox.lastIndexOf('@');
    return at >= 0
        && domain.matches(mailbox.substring(at + 1))
        && (localPart.isEmpty()
            || mailbox.substring(0, at).toLowerCase(Locale.ROOT).equals(localPart));
  }

  static Optional<String> domainOf(String mailbox) {
    int at = mailbox.lastIndexOf('@');
    String domain = at < 0 ? "" : Domains.normalized(mailbox.substring(at + 1));
    return domain.isEmpty() ? Optional.empty() : Optional.of(domain);
  }

  /** Writes what {@link #parse} reads. */
  @Override
  public String toString() {
    return localPart.isEmpty() ? domain.toString() : localPart + "@" + domain;
  }
}
