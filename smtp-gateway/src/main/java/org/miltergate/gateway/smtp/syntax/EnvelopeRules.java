package org.miltergate.gateway.smtp.syntax;

import java.util.List;
import java.util.function.Predicate;
import org.miltergate.config.policy.AddressSyntax;
import org.miltergate.milter.mail.SmtpReply;

/**
 * What MAIL and RCPT may say.
 *
 * @param syntax of addresses
 * @param offered tells of an extension, by its keyword in capitals, whether its arguments are taken
 * @param maxPathBytes of an address as it was written
 * @param maxArgumentBytes of all arguments of one command, blanks not counted
 */
public record EnvelopeRules(
    AddressSyntax syntax, Predicate<String> offered, int maxPathBytes, int maxArgumentBytes) {
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

  /**
   * Refuses an address that is longer than necessary.
   *
   * @param status enhanced status code of a bad address
   * @see "RFC 5321 4.5.3.1.10"
   */
  void requireShort(MailPath path, String status) throws SyntaxException {
    if (path.asWritten().length() > maxPathBytes) {
      throw new SyntaxException(501, status + " Path too long");
    }
  }

  /** Refuses arguments that are longer than necessary. */
  void requireShort(List<EsmtpArgument> arguments) throws SyntaxException {
    int bytes = arguments.stream().mapToInt(argument -> argument.asWritten().length()).sum();
    if (bytes > maxArgumentBytes) {
      throw new SyntaxException(501, "5.5.4 Arguments too long");
    }
  }
}
