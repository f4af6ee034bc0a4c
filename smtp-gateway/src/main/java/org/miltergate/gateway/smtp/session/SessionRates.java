package org.miltergate.gateway.smtp.session;

import java.util.Optional;
import java.util.OptionalLong;
import org.miltergate.gateway.admission.CountedEvent;
import org.miltergate.gateway.admission.RateKind;
import org.miltergate.gateway.log.SessionLog;
import org.miltergate.milter.mail.SmtpReply;

/**
 * Counts what the client of a session does, and says what is too much, in Postfix's words.
 *
 * <p>As with Postfix a login changes nothing, and clients that may use XCLIENT are not counted. Not
 * thread-safe; used by the session's thread.
 */
public final class SessionRates {
  private final ServerContext server;
  private final SessionState state;
  private final SessionLog log;
  private final String service;

  /**
   * @param service the listener's name
   */
  public SessionRates(ServerContext server, SessionState state, SessionLog log, String service) {
    this.server = server;
    this.state = state;
    this.log = log;
    this.service = service;
  }

  /** Counts a connection; returns the reply if there are too many. */
  public Optional<SmtpReply> connection() {
    if (isExceeded(RateKind.CONNECTION)) {
      return Optional.of(
          SmtpReply.of(
              421,
              "4.7.0 %s Error: too many connections from %s"
                  .formatted(server.hostname(), client())));
    }
    if (isCounted() && server.admission().rates().hasTooManyErrors(state.client().address())) {
      server.admission().counters().count(CountedEvent.ERROR_RATE_EXCEEDED);
      log.limitReached(RateKind.ERROR.warning());
      return Optional.of(tooManyErrors());
    }
    return Optional.empty();
  }

  /** Counts a message. */
  public Optional<Answer> message() {
    return isExceeded(RateKind.MESSAGE)
        ? Optional.of(Answer.of(450, "4.7.1 Error: too much mail from " + client()))
        : Optional.empty();
  }

  /** Counts a recipient, whether it is taken or not. */
  public Optional<Answer> recipient() {
    return isExceeded(RateKind.RECIPIENT)
        ? Optional.of(Answer.of(450, "4.7.1 Error: too many recipients from " + client()))
        : Optional.empty();
  }

  /** Counts an error; returns the reply with which the session has to end if there are too many. */
  public Optional<SmtpReply> error() {
    return isExceeded(RateKind.ERROR) ? Optional.of(tooManyErrors()) : Optional.empty();
  }

  private SmtpReply tooManyErrors() {
    return SmtpReply.of(421, "4.7.0 %s Error: too many errors".formatted(server.hostname()));
  }

  private boolean isCounted() {
    return state.client().hasAddress()
        && !server.config().policy().isXclient(state.client().address());
  }

  private boolean isExceeded(RateKind kind) {
    if (!isCounted()) {
      return false;
    }
    OptionalLong number = server.admission().rates().count(kind, state.client().address());
    if (number.isEmpty()) {
      return false;
    }
    log.rateExceeded(kind.warning(), number.getAsLong(), service);
    return true;
  }

  private String client() {
    return state.client().addressText();
  }
}
