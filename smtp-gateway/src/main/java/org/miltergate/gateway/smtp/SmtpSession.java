package org.miltergate.gateway.smtp;

import java.io.IOException;
import org.miltergate.config.ListenerConfig;
import org.miltergate.milter.mail.SmtpReply;

/**
 * One connection of an SMTP client, from its admission to its end.
 *
 * <p>Confined to the thread that calls {@link #run}.
 */
final class SmtpSession {
  private final ServerContext server;
  private final ListenerConfig listener;
  private final ClientSocket client;
  private final SessionState state;
  private final SessionLog log;

  SmtpSession(ServerContext server, ListenerConfig listener, ClientSocket client) {
    this.server = server;
    this.listener = listener;
    this.client = client;
    this.state = new SessionState(ClientIdentity.of(client.remoteAddress()), client.localAddress());
    this.log = new SessionLog(server.log(), state);
  }

  /** Speaks with the client to the end; throws nothing for what a client, milter or disk does. */
  void run() {
    switch (server.connections().enter(state.client().address())) {
      case ConnectionCounts.Admission.Admitted(int connections) -> {
        try {
          serve(connections);
        } finally {
          server.connections().leave(state.client().address());
        }
      }
      case ConnectionCounts.Admission.TooManyOfClient tooMany -> {
        log.limitReached("Connection concurrency limit exceeded");
        String address = state.client().addressText();
        turnAway("4.7.0 %s Error: too many connections from %s", server.hostname(), address);
      }
      case ConnectionCounts.Admission.TooManyInAll tooMany -> {
        log.limitReached("all server ports busy");
        turnAway("4.3.2 %s All server ports are busy", server.hostname());
      }
    }
  }

  private void turnAway(String format, Object... arguments) {
    ReplyWriter replies = new ReplyWriter(client, server.limits().replyTimeout());
    try {
      replies.add(SmtpReply.of(421, format.formatted(arguments)));
      replies.flush();
    } catch (IOException e) {
      // The client has gone by itself.
      return;
    }
  }

  private void serve(int connections) {
    log.connected();
    SessionMacros macros =
        new SessionMacros(
            server.hostname(), server.config().macros(), server.config().daemonName(listener));
    try (SessionScope scope = new SessionScope(server, listener, state, macros, log, connections)) {
      scope.openMilters();
      new SmtpDialogue(scope, client).run();
    }
  }
}
