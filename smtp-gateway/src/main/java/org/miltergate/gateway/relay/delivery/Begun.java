package org.miltergate.gateway.relay.delivery;

import java.io.IOException;
import java.util.List;
import org.miltergate.gateway.relay.CommitResult;
import org.miltergate.gateway.relay.MailParameters;
import org.miltergate.gateway.relay.MessageRefusedException;
import org.miltergate.gateway.relay.NextHopException;
import org.miltergate.gateway.relay.peer.PooledConnection;
import org.miltergate.gateway.relay.smtp.SmtpTransaction;
import org.miltergate.milter.mail.Recipient;

/**
 * A transaction that has been begun, and the connection that it is on.
 *
 * <p>Not thread-safe; use from one thread at a time.
 */
final class Begun implements Handover {
  private final PooledConnection connection;
  private final SmtpTransaction transaction;
  private Runnable noteUse = () -> {};

  private Begun(PooledConnection connection, SmtpTransaction transaction) {
    this.connection = connection;
    this.transaction = transaction;
  }

  static Begun on(PooledConnection connection, MailParameters mail) {
    return new Begun(connection, new SmtpTransaction(connection.smtp(), mail));
  }

  PooledConnection connection() {
    return connection;
  }

  SmtpTransaction transaction() {
    return transaction;
  }

  /** Names where the use of the connection is noted, and notes it. */
  void note(DeliveryReport.Line line) {
    noteUse = () -> line.connected(connection.smtp().relay(), transaction.readyNanos());
    noteUse.run();
  }

  @Override
  public List<Recipient> recipients() {
    return transaction.accepted();
  }

  @Override
  public void announce() throws NextHopException, MessageRefusedException {
    noteUse.run();
    transaction.data();
  }

  @Override
  public void content(Ending ending) throws IOException {
    noteUse.run();
    switch (ending) {
      case WITH_LAST_BYTES -> transaction.contentWithoutLastBytes();
      case ALONE -> transaction.contentWithoutDot();
    }
  }

  @Override
  public CommitResult commit() throws IOException {
    noteUse.run();
    return transaction.dot();
  }

  @Override
  public boolean refusesEachRecipient() {
    return connection.smtp().repliesPerRecipient();
  }

  /** Gives up what is not finished, and gives the connection back. */
  void release() {
    transaction.end();
    connection.giveBack();
  }
}
