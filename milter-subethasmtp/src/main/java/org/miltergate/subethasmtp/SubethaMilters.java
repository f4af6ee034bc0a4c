package org.miltergate.subethasmtp;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.miltergate.milter.chain.ChainSession;
import org.miltergate.milter.chain.MilterChain;
import org.miltergate.milter.chain.Verdict;
import org.miltergate.milter.mail.SmtpReply;
import org.subethamail.smtp.MessageContext;
import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.MessageHandlerFactory;
import org.subethamail.smtp.server.Session;
import org.subethamail.smtp.server.SessionHandler;

/**
 * Puts the sessions of a stock SubEthaSMTP server to a chain of milters, before the server's own
 * message handlers get a message.
 *
 * <pre>{@code
 * SubethaMilters milters = new SubethaMilters(chain, "mx.example.org", ownHandlers);
 * SMTPServer server =
 *     SMTPServer.port(25).sessionHandler(milters).messageHandlerFactory(milters).build();
 * }</pre>
 *
 * <p>Sender and recipients go to the server's own handler first, and to milters if it takes them.
 * It gets the content as milters left it. If they have changed the envelope, or have refused a
 * recipient that it had taken, it is done without content, and a new one gets the envelope as it is
 * then.
 *
 * <p>Thread-safe; blocks the thread of a session as long as {@link ChainSession} does.
 *
 * @see "davidmoten/subethasmtp 7.2.2, server/Session.java and internal/command"
 */
public final class SubethaMilters implements MessageHandlerFactory, SessionHandler {
  private final MilterChain chain;
  private final String hostname;
  private final MessageHandlerFactory handlers;
  private final MessageHandlerFactory quarantine;
  private final SessionHandler sessions;
  private final Map<Session, SubethaSession> open;

  /**
   * Filters for a server whose quarantine is to say that it has none: a message that a milter wants
   * held is refused for now (451).
   *
   * @param hostname of the server, as milters are told
   * @param handlers of the server itself
   */
  public SubethaMilters(MilterChain chain, String hostname, MessageHandlerFactory handlers) {
    this(
        chain,
        hostname,
        handlers,
        context -> new NoQuarantine(),
        SessionHandler.acceptAll(),
        new ConcurrentHashMap<>());
  }

  private SubethaMilters(
      MilterChain chain,
      String hostname,
      MessageHandlerFactory handlers,
      MessageHandlerFactory quarantine,
      SessionHandler sessions,
      Map<Session, SubethaSession> open) {
    this.chain = Objects.requireNonNull(chain, "chain");
    this.hostname = Objects.requireNonNull(hostname, "hostname");
    this.handlers = Objects.requireNonNull(handlers, "handlers");
    this.quarantine = Objects.requireNonNull(quarantine, "quarantine");
    this.sessions = Objects.requireNonNull(sessions, "sessions");
    this.open = open;
  }

  /** Returns the same, but {@code held} get the messages that a milter wants held. */
  public SubethaMilters quarantine(MessageHandlerFactory held) {
    return new SubethaMilters(chain, hostname, handlers, held, sessions, open);
  }

  /** Returns the same, but {@code first} is asked about a session before milters are. */
  public SubethaMilters sessions(SessionHandler first) {
    return new SubethaMilters(chain, hostname, handlers, quarantine, first, open);
  }

  /**
   * Connects to the milters and tells them of the client.
   *
   * <p>A refusal that is final, or that closes the connection, is the greeting; SubEthaSMTP closes
   * the connection then. Any other one comes in answer to each MAIL.
   */
  @Override
  public SessionAcceptance accept(Session session) {
    SessionAcceptance own = sessions.accept(session);
    if (!own.accepted()) {
      return own;
    }
    ChainSession milters = chain.open(hostname);
    boolean kept = false;
    try {
      SubethaSession state = new SubethaSession(session, milters);
      if (state.connect() instanceof Verdict.Refuse(SmtpReply reply, var source)
          && (reply.closesConnection() || reply.isPermanentFailure())) {
        sessions.onSessionEnd(session);
        return SessionAcceptance.failure(
            reply.closesConnection() ? reply.code() : 554, Replies.firstLine(reply));
      }
      open.put(session, state);
      kept = true;
      return own;
    } finally {
      if (!kept) {
        milters.close();
      }
    }
  }

  @Override
  public void onSessionEnd(Session session) {
    try {
      sessions.onSessionEnd(session);
    } finally {
      SubethaSession state = open.remove(session);
      if (state != null) {
        state.close();
      }
    }
  }

  /**
   * Begins a message.
   *
   * @throws IllegalStateException if this is not the session handler of the server, too
   */
  @Override
  public MessageHandler create(MessageContext context) {
    SubethaSession state = context instanceof Session session ? open.get(session) : null;
    if (state == null) {
      throw new IllegalStateException(
          "milters were not told of the client: set this as session handler, too");
    }
    return new FilteredHandler(state, handlers, quarantine);
  }
}
