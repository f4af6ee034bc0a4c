package org.miltergate.gateway.smtp;

import java.net.InetSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.miltergate.gateway.auth.Login;
import org.miltergate.gateway.tls.TlsFacts;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.chain.Verdict;

/**
 * What one SMTP session knows of itself.
 *
 * <p>Confined to the session's thread.
 */
final class SessionState {
  private ClientIdentity client;
  private InetSocketAddress serverAddress;
  private Bytes helo = Bytes.EMPTY;
  private boolean extended;
  private boolean utf8Replies;
  private @Nullable Transaction transaction;
  private @Nullable TlsFacts tls;
  private boolean certificateAsked;
  private @Nullable Login login;
  private @Nullable Chunks chunks;
  private Verdict.@Nullable Refuse refusal;
  private XforwardCommand.@Nullable Origin origin;

  /**
   * @param serverAddress where the client connected to
   */
  SessionState(ClientIdentity client, InetSocketAddress serverAddress) {
    this.client = client;
    this.serverAddress = serverAddress;
  }

  ClientIdentity client() {
    return client;
  }

  /** Returns where the client connected to: our own address, or what a proxy says of its. */
  InetSocketAddress serverAddress() {
    return serverAddress;
  }

  /** The session begins anew with another client, says XCLIENT; milters refused that one only. */
  void restart(ClientIdentity newClient, InetSocketAddress newServerAddress) {
    client(newClient);
    serverAddress(newServerAddress);
    refusal = null;
    origin = null;
  }

  /** Returns where the next message comes from, if XFORWARD has said. */
  Optional<XforwardCommand.Origin> origin() {
    return Optional.ofNullable(origin);
  }

  void origin(XforwardCommand.Origin value) {
    origin = value;
  }

  /** The client is another than it seemed, says a proxy. */
  void client(ClientIdentity value) {
    client = value;
  }

  /** The client connected to another address than our own, says a proxy. */
  void serverAddress(InetSocketAddress value) {
    serverAddress = value;
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
    if (!extended) {
      return "SMTP";
    }
    boolean utf8 = transaction != null && transaction.mail().smtpUtf8();
    return (utf8 ? "UTF8SMTP" : "ESMTP") + (tls == null ? "" : "S") + (login == null ? "" : "A");
  }

  /** Begins anew inside of TLS. */
  void encrypted(TlsFacts facts, boolean askedForCertificate) {
    tls = facts;
    certificateAsked = askedForCertificate;
    greeted(Bytes.EMPTY, false);
  }

  /** Returns what was negotiated, or nothing if the client speaks in the clear. */
  Optional<TlsFacts> tls() {
    return Optional.ofNullable(tls);
  }

  /** Tells whether the client was asked for a certificate. */
  boolean isCertificateAsked() {
    return certificateAsked;
  }

  /** Returns who the client is by its own proof, or nothing if it has not logged in. */
  Optional<Login> login() {
    return Optional.ofNullable(login);
  }

  void loggedIn(Login value) {
    login = value;
  }

  /** Forgets who logged in, as STARTTLS demands. */
  void logOut() {
    login = null;
  }

  Optional<Transaction> transaction() {
    return Optional.ofNullable(transaction);
  }

  /** Returns the message that is coming by BDAT, or what is thrown away of one. */
  Optional<Chunks> chunks() {
    return Optional.ofNullable(chunks);
  }

  /** Sets what has become of the chunks of a message; what was kept of it before is dropped. */
  void chunks(Chunks next) {
    dropChunks();
    chunks = next;
  }

  private void dropChunks() {
    Chunks dropped = chunks;
    chunks = null;
    if (dropped != null) {
      dropped.close();
    }
  }

  void begin(Transaction message) {
    transaction = message;
    utf8Replies = message.mail().smtpUtf8();
  }

  /**
   * Returns whether the command at hand belongs to a message with SMTPUTF8, also if it ended that.
   */
  boolean hasUtf8Replies() {
    return utf8Replies;
  }

  /** Another command begins. */
  void commandBegins() {
    utf8Replies = transaction != null && transaction.mail().smtpUtf8();
  }

  void endTransaction() {
    origin = null;
    Transaction ended = transaction;
    transaction = null;
    try {
      if (ended != null) {
        ended.close();
      }
    } finally {
      dropChunks();
    }
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
