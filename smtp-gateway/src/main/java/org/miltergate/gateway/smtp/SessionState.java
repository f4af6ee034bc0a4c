package org.miltergate.gateway.smtp;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.chain.Verdict;

/**
 * What one SMTP session knows of itself.
 *
 * <p>Confined to the session's thread.
 */
final class SessionState {
  private final ClientIdentity client;
  private Bytes helo = Bytes.EMPTY;
  private boolean extended;
  private @Nullable Transaction transaction;
  private Verdict.@Nullable Refuse refusal;

  SessionState(ClientIdentity client) {
    this.client = client;
  }

  ClientIdentity client() {
    return client;
  }

  /** Returns what the client called itself; empty before HELO. */
  Bytes helo() {
    return helo;
  }

  void greeted(Bytes name, boolean withEhlo) {
    helo = name;
    extended = withEhlo;
  }

  /** Returns the name of the protocol for log and Received field (RFC 3848, RFC 6531 4.3). */
  String protocol() {
    if (transaction != null && transaction.mail().smtpUtf8()) {
      return "UTF8SMTP";
    }
    return extended ? "ESMTP" : "SMTP";
  }

  Optional<Transaction> transaction() {
    return Optional.ofNullable(transaction);
  }

  void begin(Transaction message) {
    transaction = message;
  }

  void endTransaction() {
    transaction = null;
  }

  /** Returns the refusal that milters gave at CONNECT or HELO; it holds for the connection. */
  Optional<Verdict.Refuse> refusal() {
    return Optional.ofNullable(refusal);
  }

  void refuse(Verdict.Refuse verdict) {
    refusal = verdict;
  }

  /** Returns the queue id for the log. */
  String queueId() {
    return transaction == null ? "NOQUEUE" : transaction.queueId();
  }
}
