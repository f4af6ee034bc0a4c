package org.miltergate.gateway.relay.peer;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.miltergate.gateway.relay.smtp.DeliveryDeadline;
import org.miltergate.gateway.relay.smtp.SmtpConnection;

/**
 * A connection to a server of a destination, from its greeting to its end: where it is kept between
 * messages, and whether it counts as used.
 *
 * <p>Not thread-safe; use from one thread at a time.
 */
public final class PooledConnection {
  private final SmtpConnection smtp;
  private final Destination destination;
  private final Object suspect;
  private Turns.@Nullable Turn turn;

  /**
   * @param suspect what is skipped for a while if the connection turns out to be useless
   */
  PooledConnection(SmtpConnection smtp, Destination destination, Object suspect) {
    this.smtp = smtp;
    this.destination = destination;
    this.suspect = suspect;
  }

  /** Returns the dialogue on it. */
  public SmtpConnection smtp() {
    return smtp;
  }

  /** Uses the connection in this turn, which ends with {@link #giveBack} or {@link #hold}. */
  void use(Turns.Turn given) {
    turn = given;
  }

  private void endTurn() {
    Turns.Turn given = turn;
    turn = null;
    if (given != null) {
      given.close();
    }
  }

  /** Has other servers tried first for a while, unless this one was of use before. */
  public void avoidServer() {
    if (smtp.transactions() <= 1) {
      destination.passedOver().failed(suspect);
    }
  }

  /**
   * Ends its use: it is kept if it can be used again, and closed if not. It has no transaction, or
   * is closed already.
   */
  public void giveBack() {
    Turns.Turn given = turn;
    turn = null; // whoever takes it from the pool has another
    try {
      smtp.limitTo(DeliveryDeadline.NONE);
      destination.pool().giveBack(this);
    } finally {
      if (given != null) {
        given.close(); // who waits for it finds the connection in the pool
      }
    }
  }

  /**
   * Leaves the connection alone in the middle of a transaction, until {@link #resume}; closes it if
   * that does not follow within the limit. It does not count as used meanwhile, so that a slow
   * client keeps nobody waiting.
   */
  void hold(Duration limit) {
    endTurn();
    smtp.hold(limit);
  }

  /** Ends {@link #hold}; returns whether the dialogue can go on. */
  public boolean resume() {
    if (!smtp.resume()) {
      endTurn();
      return false;
    }
    if (turn == null) {
      turn = destination.turns().atOnce();
    }
    return true;
  }

  /** Returns whether another transaction can follow. */
  boolean isReusable() {
    return smtp.isReusable();
  }

  /** Closes with QUIT. */
  void quit() {
    smtp.quit();
  }

  void close() {
    smtp.close();
    endTurn();
  }
}
