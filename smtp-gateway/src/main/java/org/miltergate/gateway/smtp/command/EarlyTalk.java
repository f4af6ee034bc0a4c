package org.miltergate.gateway.smtp.command;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.miltergate.gateway.admission.CountedEvent;
import org.miltergate.gateway.smtp.io.ClientGoneException;
import org.miltergate.gateway.smtp.io.ClientInput;
import org.miltergate.gateway.smtp.io.ClientSocket;
import org.miltergate.gateway.smtp.io.ClientTimeoutException;
import org.miltergate.gateway.smtp.io.Deadline;
import org.miltergate.gateway.smtp.session.Answer;
import org.miltergate.gateway.smtp.session.SessionScope;
import org.miltergate.milter.bytes.Bytes;

/**
 * Looks whether a client talks before it is greeted, as only those do that do not listen.
 *
 * <p>Without a greet delay nothing is looked at, and trusted clients are not held up. What TLS
 * needs to begin is no talk. Confined to the session's thread.
 *
 * @see "postfix src/postscreen/postscreen_early.c"
 */
final class EarlyTalk {
  private static final int MAX_LOGGED_BYTES = 100;

  private final SessionScope scope;
  private final ClientSocket client;
  private final ClientInput input;

  EarlyTalk(SessionScope scope, ClientSocket client, ClientInput input) {
    this.scope = scope;
    this.client = client;
    this.input = input;
  }

  /**
   * Waits for the greet delay.
   *
   * @return the answer for a client that did not wait for its greeting
   * @throws ClientGoneException if the client went
   */
  Optional<Answer> listen() throws IOException {
    Duration delay = scope.server().limits().greetDelay();
    boolean held =
        !delay.isZero()
            && !scope.server().config().policy().isTrusted(scope.state().client().address());
    if (!held || !talksWithin(delay)) {
      return Optional.empty();
    }
    scope.server().admission().counters().count(CountedEvent.TALKED_EARLY);
    scope.log().talkedEarly(said());
    return Optional.of(Answer.closing(521, "5.5.1 Protocol error"));
  }

  /** A stop ends the wait: the client then hears of it behind the greeting. */
  private boolean talksWithin(Duration delay) throws IOException {
    if (!client.beginWait()) {
      return false;
    }
    try {
      boolean talked = input.fillInTime(Deadline.in(delay));
      if (!client.endWait()) {
        return false;
      }
      if (!talked) {
        throw new ClientGoneException("the client closed the connection", null);
      }
      return true;
    } catch (ClientTimeoutException e) {
      client.endWait();
      return false; // as it should be
    }
  }

  private Bytes said() {
    return Bytes.copyOf(
        input.array(), input.position(), Math.min(input.available(), MAX_LOGGED_BYTES));
  }
}
