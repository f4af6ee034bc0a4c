package org.miltergate.gateway.relay.delivery;

import org.miltergate.gateway.relay.MailParameters;
import org.miltergate.gateway.relay.peer.PooledConnection;
import org.miltergate.gateway.relay.smtp.SmtpTransaction;

/**
 * A transaction that has been begun.
 *
 * @param connection that it is on
 */
record Begun(PooledConnection connection, SmtpTransaction transaction) {

  static Begun on(PooledConnection connection, MailParameters mail) {
    return new Begun(connection, new SmtpTransaction(connection.smtp(), mail));
  }

  /** Gives up what is not finished, and gives the connection back. */
  void release() {
    transaction.end();
    connection.giveBack();
  }
}
