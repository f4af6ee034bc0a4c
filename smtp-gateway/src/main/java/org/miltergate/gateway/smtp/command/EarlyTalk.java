package org.miltergate.gateway.smtp.command;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.miltergate.gateway.admission.CountedEvent;
import org.miltergate.gateway.smtp.io.ClientGoneException;
import org.miltergate.gateway.smtp.io.ClientInput;
import org.miltergate.gateway.smtp.io.ClientSocket;
import org.miltergate.gateway.smtp.io.ClientTimeoutException;
import org.miltergate.gateway.smtp.session.Answer;
import org.miltergate.gateway.smtp.session.SessionScope;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.net.Deadline;

/**
 * Checks whether a client sends input before its greeting, as clients do that ignore replies.
 *
 * <p>Without a greet delay nothing is checked, and trusted clients are not delayed. A TLS
 * ClientHello does not count as input. Not thread-safe; used by the session's thread.
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
   * @return the reply for a client that did not wait for its greeting
   * @throws ClientGoneException if the client disconnected
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

  /** A stop of the gateway ends the wait; the client is told after the greeting. */
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
      return false; // as expected
    }
  }

  private Bytes said() {
    return Bytes.copyOf(
        input.array(), input.position(), Math.min(input.available(), MAX_LOGGED_BYTES));
  }
}
