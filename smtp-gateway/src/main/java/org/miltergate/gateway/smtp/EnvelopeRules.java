package org.miltergate.gateway.smtp;

import java.util.Set;
import java.util.function.Predicate;
import org.miltergate.config.AddressSyntax;
import org.miltergate.milter.mail.SmtpReply;

/**
 * What MAIL and RCPT may say.
 *
 * @param syntax of addresses
 * @param offered tells of an extension, by its keyword in capitals, whether its arguments are taken
 */
record EnvelopeRules(AddressSyntax syntax, Predicate<String> offered) {
  /** Returns the rules for the client of a session, as it stands now. */
  static EnvelopeRules of(SessionScope scope) {
    Set<String> keywords = OfferedExtensions.keywords(scope);
    return new EnvelopeRules(scope.server().config().policy().addressSyntax(), keywords::contains);
  }

  /**
   * Refuses an argument whose extension is not offered.
   *
   * @throws SyntaxException with {@link SmtpReply} 555
   */
  void requireOffered(String extension, EsmtpArgument argument) throws SyntaxException {
    if (!offered.test(extension)) {
      throw argument.unsupported();
    }
  }
}
