package org.miltergate.gateway.tls;

import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;
import org.miltergate.milter.text.PrintableText;

/** The short name in a certificate. */
final class CommonName {
  /** As much as Postfix takes. */
  private static final int MAX_CHARS = 255;

  private CommonName() {}

  /** Returns the common name; empty if there is none. What is not printable becomes {@code ?}. */
  static String of(X500Principal name) {
    return find(name, "CN").orElse("");
  }

  /** Returns the common name, else the organization; empty if there is neither. */
  static String ofIssuer(X500Principal name) {
    return find(name, "CN").or(() -> find(name, "O")).orElse("");
  }

  private static Optional<String> find(X500Principal name, String type) {
    try {
      for (Rdn part : new LdapName(name.getName(X500Principal.RFC2253)).getRdns()) {
        if (part.getType().equalsIgnoreCase(type) && part.getValue() instanceof String text) {
          return Optional.of(printable(text));
        }
      }
      return Optional.empty();
    } catch (InvalidNameException e) {
      return Optional.empty(); // an invalid name
    }
  }

  private static String printable(String text) {
    int length = Math.min(MAX_CHARS, text.codePointCount(0, text.length()));
    return PrintableText.of(text.substring(0, text.offsetByCodePoints(0, length)));
  }
}
