package org.miltergate.subethasmtp;

import java.io.Closeable;
import java.util.Optional;
import javax.net.ssl.SSLSocket;
import org.miltergate.milter.chain.ChainSession;
import org.miltergate.milter.chain.SmtpTls;
import org.miltergate.milter.chain.Verdict;
import org.subethamail.smtp.AuthenticationHandler;
import org.subethamail.smtp.server.Session;

/**
 * What milters were told of one connection. SubEthaSMTP has no hook for HELO, STARTTLS and AUTH, so
 * that what has changed is told before the next MAIL.
 *
 * <p>Not thread-safe; for the thread of the session.
 */
final class SubethaSession implements Closeable {
  private final Session session;
  private final ChainSession milters;
  private String helo = "";
  private boolean encrypted;
  private boolean loggedIn;

  SubethaSession(Session session, ChainSession milters) {
    this.session = session;
    this.milters = milters;
  }

  Session session() {
    return session;
  }

  ChainSession milters() {
    return milters;
  }

  Verdict connect() {
    if (session.getSocket().getLocalSocketAddress() instanceof java.net.InetSocketAddress local) {
      milters.server(local);
    }
    return milters.connect(session.getRemoteAddress());
  }

  /** Tells what the client did since the last message. */
  Verdict catchUp() {
    boolean tlsIsNew = !encrypted && session.getSocket() instanceof SSLSocket;
    if (tlsIsNew) {
      encrypted = true;
      milters.encrypted(SmtpTls.of(((SSLSocket) session.getSocket()).getSession()));
    }
    logIn();
    String name = session.getHelo().orElse("");
    if (name.isEmpty() || name.equals(helo) && !tlsIsNew) {
      return Verdict.PASS;
    }
    helo = name;
    return milters.helo(name);
  }

  private void logIn() {
    Optional<Object> user =
        session.getAuthenticationHandler().map(AuthenticationHandler::getIdentity);
    if (user.isPresent()) {
      milters.loggedIn("", user.get().toString());
    } else if (loggedIn) {
      milters.loggedOut();
    }
    loggedIn = user.isPresent();
  }

  @Override
  public void close() {
    milters.close();
  }
}
