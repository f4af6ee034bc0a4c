package org.miltergate.gateway.smtp.command;

import java.util.Optional;
import org.miltergate.config.listener.ListenerAuth;
import org.miltergate.gateway.smtp.session.SessionScope;

/** Says whether the client of a session may log in, and whether it has to. */
final class AuthOffer {
  private AuthOffer() {}

  /** Returns what EHLO says of AUTH, if it is offered now. */
  static Optional<String> line(SessionScope scope) {
    return isEnabled(scope) && isPrivate(scope)
        ? Optional.of("AUTH " + String.join(" ", scope.server().sasl().mechanisms()))
        : Optional.empty();
  }

  /** Returns whether there is anybody who could log in here. */
  static boolean isEnabled(SessionScope scope) {
    return scope.listener().auth() != ListenerAuth.OFF
        && !OfferedExtensions.hides(scope, "AUTH")
        && !scope.server().sasl().mechanisms().isEmpty();
  }

  /** Returns whether a password may be sent over this connection. */
  static boolean isPrivate(SessionScope scope) {
    return scope.state().tls().isPresent() || scope.server().config().auth().withoutTls();
  }

  /**
   * Returns whether {@code verb} has to wait until the client has logged in.
   *
   * @see "RFC 4954 6"
   */
  static boolean isMissing(SessionScope scope, SmtpVerb verb) {
    return scope.listener().auth() == ListenerAuth.REQUIRED
        && scope.state().login().isEmpty()
        && needsLogin(verb);
  }

  private static boolean needsLogin(SmtpVerb verb) {
    return switch (verb) {
      case MAIL, RCPT, DATA, VRFY -> true;
      case BDAT -> false; // reads its chunk, and is out of place without MAIL
      case HELO, EHLO, STARTTLS, AUTH, RSET, NOOP, HELP, XCLIENT, XFORWARD, QUIT -> false;
    };
  }
}
