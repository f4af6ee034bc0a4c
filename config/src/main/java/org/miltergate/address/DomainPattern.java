package org.miltergate.address;

import java.util.regex.Pattern;

/**
 * A domain, or all domains below one.
 *
 * <p>{@code example.org} is that domain only; {@code .example.org} and {@code *.example.org} are
 * all domains below it, however deep, without itself. {@link Domains} says which domains are the
 * same. Immutable and thread-safe.
 *
 * @param text in lower case and ASCII; begins with a dot if it stands for the domains below
 */
public record DomainPattern(String text) {
  /** Labels, or an address in brackets as in RFC 5321, section 4.1.3. */
  private static final Pattern FORM =
      Pattern.compile(
          "\\.?[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\\.[a-z0-9_](?:[a-z0-9_-]{0,62}))*|\\[[0-9a-z:.]+]");

  public DomainPattern {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "'%s' is not a domain; write one such as example.org, or .example.org for all below it"
              .formatted(text));
    }
  }

  /**
   * Reads one of the forms above.
   *
   * @throws IllegalArgumentException if the text is not a domain
   */
  public static DomainPattern parse(String text) {
    boolean below = text.startsWith(".") || text.startsWith("*.");
    String domain = Domains.normalized(below ? text.substring(text.indexOf('.') + 1) : text);
    return FORM.matcher(domain).matches() && !domain.startsWith(".")
        ? new DomainPattern(below ? "." + domain : domain)
        : new DomainPattern(text); // refused, with the text as it was written
  }

  /** Returns whether {@code domain}, in Unicode or ASCII, matches. */
  public boolean matches(String domain) {
    String normal = Domains.normalized(domain);
    return text.startsWith(".")
        ? normal.length() > text.length() && normal.endsWith(text)
        : normal.equals(text);
  }

  /** Writes what {@link #parse} reads. */
  @Override
  public String toString() {
    return text;
  }
}
