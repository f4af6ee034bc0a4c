package org.miltergate.gateway.smtp.session;

import java.io.Closeable;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.miltergate.config.BareNewlines;
import org.miltergate.config.listener.ListenerConfig;
import org.miltergate.gateway.auth.Login;
import org.miltergate.gateway.log.SessionLog;
import org.miltergate.gateway.relay.MailOrigin;
import org.miltergate.gateway.tls.TlsFacts;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.chain.ChainDialogue;
import org.miltergate.milter.chain.SessionMacros;
import org.miltergate.milter.chain.SmtpTls;
import org.miltergate.milter.chain.Verdict;
import org.miltergate.milter.mail.SmtpReply;

/** What the commands of one SMTP session work on. Not thread-safe; used by the session's thread. */
public final class SessionScope implements Closeable {
  private final ServerContext server;
  private final ListenerConfig listener;
  private final SessionState state;
  private final SessionMacros macros;
  private final SessionLog log;
  private final int connections;
  private final boolean xforwarder;
  private final SessionRates rates;
  private @Nullable ChainDialogue milters;

  /**
   * @param listener where the client came in
   * @param connections how many the client has, this one included
   */
  public SessionScope(
      ServerContext server,
      ListenerConfig listener,
      SessionState state,
      SessionMacros macros,
      SessionLog log,
      int connections) {
    this.server = server;
    this.listener = listener;
    this.state = state;
    this.macros = macros;
    this.log = log;
    this.connections = connections;
    this.rates = new SessionRates(server, state, log, listener.name());
    this.xforwarder = server.config().policy().isXforward(state.client().address());
  }

  public ServerContext server() {
    return server;
  }

  /** Returns what decides, besides recipients, where the client's mail goes. */
  public MailOrigin origin() {
    return new MailOrigin(
        listener.name(),
        state.login().isPresent(),
        server.config().policy().isTrusted(state.client().address()));
  }

  public ListenerConfig listener() {
    return listener;
  }

  public SessionState state() {
    return state;
  }

  public SessionMacros macros() {
    return macros;
  }

  public SessionLog log() {
    return log;
  }

  public SessionRates rates() {
    return rates;
  }

  /** Returns whether the client, as it was at first, may use XFORWARD. */
  public boolean mayXforward() {
    return xforwarder;
  }

  /** Returns how long a command may take to come. */
  public Duration commandTimeout() {
    return shorterUnderStress(server.limits().commandTimeout());
  }

  /** Returns how long a client may pause within a message. */
  public Duration dataTimeout() {
    return shorterUnderStress(server.limits().dataTimeout());
  }

  private Duration shorterUnderStress(Duration usual) {
    Duration under = server.config().load().stressTimeout();
    return isUnderStress() && under.compareTo(usual) < 0 ? under : usual;
  }

  /** Returns how many errors end the session. */
  public int hardErrors() {
    int usual = server.limits().hardErrors();
    return isUnderStress() ? Math.min(usual, server.config().load().stressHardErrors()) : usual;
  }

  /** Returns whether others want the place of this client, and it is nobody in particular. */
  private boolean isUnderStress() {
    return server.admission().connections().isUnderStress()
        && state.login().isEmpty()
        && !server.config().policy().isTrusted(state.client().address());
  }

  /** Returns what becomes of a lone CR or LF from the client as it is known now. */
  public BareNewlines bareNewlines() {
    return server.config().bareNewlines(state.client().address());
  }

  /** Returns the chain's side of this session. */
  public ChainDialogue milters() {
    if (milters == null) {
      throw new IllegalStateException("the milters were not asked yet");
    }
    return milters;
  }

  /**
   * Begins a session with the milters, in place of one that there may be, for a client as it is
   * known now.
   */
  public void openMilters() {
    close();
    macros.connected(state.client().forMilters());
    macros.connections(connections);
    macros.server(state.serverAddress());
    milters = server.chain().openDialogue(macros.values(), log);
  }

  /** Ends the milter sessions. */
  @Override
  public void close() {
    if (milters != null) {
      milters.close();
      milters = null;
    }
  }

  /** The client is a user from now on, until the session ends or it is forgotten. */
  public void logIn(Login login) {
    state.loggedIn(login);
    macros.loggedIn(login.mechanism(), login.authenticationId());
  }

  /** Forgets who logged in. */
  public void logOut() {
    state.logOut();
    macros.loggedOut();
  }

  /** Begins again inside of TLS: nothing that was said before counts any more. */
  public void encrypted(TlsFacts facts, boolean askedForCertificate) {
    if (milters != null) {
      milters.abort();
    }
    endMessage();
    logOut();
    state.encrypted(facts, askedForCertificate);
    macros.encrypted(forMilters(facts));
  }

  /** A certificate counts only if a CA that we know vouches for it. */
  private static SmtpTls forMilters(TlsFacts tls) {
    return new SmtpTls(
        tls.version(),
        tls.cipher(),
        tls.cipherBits(),
        tls.serverName(),
        tls.isPeerTrusted() ? tls.subject() : "",
        tls.isPeerTrusted() ? tls.issuer() : "");
  }

  /** Gives up the message that was begun, if there is one. */
  public void abortMessage() {
    if (state.transaction().isPresent()) {
      milters().abort();
    }
    endMessage();
  }

  /** Forgets the message, of which the milters know that it is over. */
  public void endMessage() {
    macros.messageEnded();
    if (milters != null) {
      milters.abort(); // its bodies go, too: the session may stay idle for long
    }
    state.endTransaction();
  }

  /** Answers with the words of a milter, and logs them. */
  public Answer refuse(String stage, Verdict.Refuse refusal, Optional<Bytes> recipient) {
    log.milterRejected(stage, refusal, recipient);
    return Answer.of(refusal.reply());
  }

  /** Answers with a refusal of our own, and logs it. */
  public Answer reject(String stage, SmtpReply reply, Optional<Bytes> recipient) {
    log.rejected(stage, reply, recipient);
    return Answer.of(reply);
  }
}
