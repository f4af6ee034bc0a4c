package org.miltergate.gateway.smtp.session;

import java.net.InetSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.miltergate.gateway.auth.Login;
import org.miltergate.gateway.log.LoggedSession;
import org.miltergate.gateway.smtp.content.Chunks;
import org.miltergate.gateway.tls.TlsFacts;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.chain.Verdict;

/**
 * What one SMTP session knows of itself.
 *
 * <p>Not thread-safe; used by the session's thread.
 */
public final class SessionState implements LoggedSession {
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
  private @Nullable ForwardedOrigin origin;

  /**
   * @param serverAddress where the client connected to
   */
  public SessionState(ClientIdentity client, InetSocketAddress serverAddress) {
    this.client = client;
    this.serverAddress = serverAddress;
  }

  public ClientIdentity client() {
    return client;
  }

  /** Returns where the client connected to: our own address, or what a proxy says of its. */
  public InetSocketAddress serverAddress() {
    return serverAddress;
  }

  /** The session starts over with another client, says XCLIENT; milters refused that one only. */
  public void restart(ClientIdentity newClient, InetSocketAddress newServerAddress) {
    client(newClient);
    serverAddress(newServerAddress);
    refusal = null;
    origin = null;
  }

  /** Returns where the next message comes from, if XFORWARD has said. */
  public Optional<ForwardedOrigin> origin() {
    return Optional.ofNullable(origin);
  }

  public void origin(ForwardedOrigin value) {
    origin = value;
  }

  /** The client is another than it seemed, says a proxy. */
  public void client(ClientIdentity value) {
    client = value;
  }

  /** The client connected to another address than our own, says a proxy. */
  public void serverAddress(InetSocketAddress value) {
    serverAddress = value;
  }

  /** Returns what the client called itself; empty before HELO. */
  @Override
  public Bytes helo() {
    return helo;
  }

  public void greeted(Bytes name, boolean withEhlo) {
    helo = name;
    extended = withEhlo;
  }

  /** Returns the name of the protocol for log and Received field (RFC 3848, RFC 6531 4.3). */
  @Override
  public String protocol() {
    if (!extended) {
      return "SMTP";
    }
    boolean utf8 = transaction != null && transaction.mail().smtpUtf8();
    return (utf8 ? "UTF8SMTP" : "ESMTP") + (tls == null ? "" : "S") + (login == null ? "" : "A");
  }

  /** Begins again inside of TLS. */
  void encrypted(TlsFacts facts, boolean askedForCertificate) {
    tls = facts;
    certificateAsked = askedForCertificate;
    greeted(Bytes.EMPTY, false);
  }

  /** Returns what was negotiated, or nothing if the client speaks in the clear. */
  public Optional<TlsFacts> tls() {
    return Optional.ofNullable(tls);
  }

  /** Returns whether the client was asked for a certificate. */
  public boolean isCertificateAsked() {
    return certificateAsked;
  }

  /** Returns who the client is by its own proof, or nothing if it has not logged in. */
  @Override
  public Optional<Login> login() {
    return Optional.ofNullable(login);
  }

  void loggedIn(Login value) {
    login = value;
  }

  /** Forgets who logged in, as STARTTLS demands. */
  void logOut() {
    login = null;
  }

  public Optional<Transaction> transaction() {
    return Optional.ofNullable(transaction);
  }

  /** Returns the message that is coming by BDAT, or what is discarded of one. */
  public Optional<Chunks> chunks() {
    return Optional.ofNullable(chunks);
  }

  /** Sets what has become of the chunks of a message; what was kept of it before is dropped. */
  public void chunks(Chunks next) {
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

  public void begin(Transaction message) {
    transaction = message;
    utf8Replies = message.mail().smtpUtf8();
  }

  /**
   * Returns whether the current command belongs to a message with SMTPUTF8, also if it ended that.
   */
  public boolean hasUtf8Replies() {
    return utf8Replies;
  }

  /** Another command begins. */
  public void commandBegins() {
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
  public Optional<Verdict.Refuse> refusal() {
    return Optional.ofNullable(refusal);
  }

  public void refuse(Verdict.Refuse verdict) {
    refusal = verdict;
  }

  /** Returns the queue id for the log. */
  @Override
  public String queueId() {
    return transaction == null ? "NOQUEUE" : transaction.queueId();
  }

  @Override
  public String nameAndAddress() {
    return client.nameAndAddress();
  }

  @Override
  public String addressText() {
    return client.addressText();
  }

  @Override
  public String pointerName() {
    return client.names().pointer();
  }

  @Override
  public String originText() {
    return origin == null ? "" : origin.logText();
  }

  @Override
  public Optional<Bytes> sender() {
    return transaction().map(message -> message.mail().sender().mailbox());
  }
}
