package org.miltergate.gateway.smtp.syntax;

import org.miltergate.address.Domains;
import org.miltergate.address.HostNames;
import org.miltergate.config.policy.AddressSyntax;
import org.miltergate.milter.bytes.Bytes;

/**
 * Checks domains of addresses, in ASCII or in Unicode.
 *
 * @see "RFC 5321 4.1.2, 4.5.3.1.2; RFC 6531 3.3"
 */
final class DomainName {
  private DomainName() {}

  /**
   * Returns whether the name, or its ASCII form if it is in Unicode, is one that {@link HostNames}
   * allows in mail; for {@link AddressSyntax#STRICT} without underscores.
   *
   * @param name without a dot at its end
   */
  static boolean isValid(Bytes name, AddressSyntax syntax) {
    return Domains.toAscii(name.toUtf8String())
        .filter(
            syntax == AddressSyntax.STRICT ? HostNames::isStrictMailName : HostNames::isMailName)
        .isPresent();
  }
}
