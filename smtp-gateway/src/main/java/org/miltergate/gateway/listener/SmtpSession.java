package org.miltergate.gateway.listener;

import java.io.IOException;
import java.net.InetAddress;
import java.util.Optional;
import java.util.OptionalInt;
import org.miltergate.config.MacroConfig;
import org.miltergate.config.listener.ListenerConfig;
import org.miltergate.config.tls.TlsMode;
import org.miltergate.gateway.admission.ConnectionCounts;
import org.miltergate.gateway.admission.CountedEvent;
import org.miltergate.gateway.admission.ProxyGate;
import org.miltergate.gateway.dns.ClientName;
import org.miltergate.gateway.log.CommandCounts;
import org.miltergate.gateway.log.SessionLog;
import org.miltergate.gateway.smtp.command.SmtpDialogue;
import org.miltergate.gateway.smtp.io.ClientSocket;
import org.miltergate.gateway.smtp.io.ReplyWriter;
import org.miltergate.gateway.smtp.session.ClientIdentity;
import org.miltergate.gateway.smtp.session.ServerContext;
import org.miltergate.gateway.smtp.session.SessionRates;
import org.miltergate.gateway.smtp.session.SessionScope;
import org.miltergate.gateway.smtp.session.SessionState;
import org.miltergate.milter.chain.SessionMacros;
import org.miltergate.milter.mail.SmtpReply;

/**
 * One connection of an SMTP client, from its admission to its end.
 *
 * <p>Not thread-safe; used by the thread that calls {@link #run}.
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
    ConnectionCounts connections = server.admission().connections();
    InetAddress peer = state.client().address();
    if (!connections.enter(listener, isTrusted() || listener.isProxy(peer))) {
      turnAwayForNow();
      return;
    }
    try {
      identify();
    } finally {
      connections.leave(listener);
    }
  }

  private boolean isTrusted() {
    return server.config().policy().isTrusted(state.client().address());
  }

  private void turnAwayForNow() {
    server.admission().counters().count(CountedEvent.SESSIONS_EXCEEDED);
    log.limitReached("all server ports busy");
    turnAway(SmtpReply.of(421, "4.3.2 %s All server ports are busy".formatted(server.hostname())));
  }

  private void identify() {
    switch (ProxyGate.identify(listener, client, state.client().address())) {
      case ProxyGate.Peer.Client direct -> admit();
      case ProxyGate.Peer.Proxied(var address, var reached) -> {
        state.client(new ClientIdentity(ClientName.NONE, address.getAddress(), address.getPort()));
        state.serverAddress(reached);
        admit();
      }
      case ProxyGate.Peer.Proxy proxy -> {
        log.quieten();
        admit();
      }
      case ProxyGate.Peer.Gone gone -> {}
      case ProxyGate.Peer.Unknown(String why) -> {
        log.proxyFailed(why);
        server.admission().counters().count(CountedEvent.PROXY_HEADER_REFUSED);
        turnAway(SmtpReply.of(421, "4.3.0 %s Server local error".formatted(server.hostname())));
        client.linger(); // it may be in the middle of more, which would cost it the reply
      }
    }
  }

  private void admit() {
    InetAddress address = state.client().address(); // a later XCLIENT changes the state's
    ConnectionCounts connections = server.admission().connections();
    if (!isTrusted() && !connections.mayStay(listener)) {
      turnAwayForNow(); // the proxy that it came by was let in at first
      return;
    }
    OptionalInt ofClient = connections.enter(address);
    if (ofClient.isEmpty()) {
      server.admission().counters().count(CountedEvent.SESSIONS_PER_CLIENT_EXCEEDED);
      log.limitReached("Connection concurrency limit exceeded");
      turnAway(
          SmtpReply.of(
              421,
              "4.7.0 %s Error: too many connections from %s"
                  .formatted(server.hostname(), state.client().addressText())));
      return;
    }
    try {
      serve(ofClient.getAsInt());
    } finally {
      connections.leave(address);
    }
  }

  private void findName() {
    if (server.admission().names().isEmpty() || !state.client().hasAddress()) {
      return;
    }
    ClientName name = server.admission().names().get().lookup(state.client().address());
    state.client(state.client().named(name));
    if (!name.isKnown() && !name.pointer().equals(ClientName.UNKNOWN)) {
      log.nameNotConfirmed();
    }
  }

  /** Says why the connection ends; with TLS from the first byte on there is no way to. */
  private void turnAway(SmtpReply reply) {
    if (listener.tls().mode() == TlsMode.IMPLICIT) {
      return;
    }
    ReplyWriter replies = new ReplyWriter(client, server.limits().replyTimeout());
    try {
      replies.add(reply);
      replies.flush();
    } catch (IOException e) {
      // The client has gone by itself.
      return;
    }
  }

  private void serve(int connections) {
    findName();
    log.connected();
    Optional<SmtpReply> tooMuch =
        new SessionRates(server, state, log, listener.name()).connection();
    if (tooMuch.isPresent()) {
      turnAway(tooMuch.get());
      log.disconnected(new CommandCounts());
      return;
    }
    MacroConfig settings = server.config().macros();
    SessionMacros macros = new SessionMacros(server.hostname(), settings.defaults());
    macros.set("v", settings.v());
    macros.set("{daemon_name}", server.config().daemonName(listener));
    try (SessionScope scope = new SessionScope(server, listener, state, macros, log, connections)) {
      scope.openMilters();
      new SmtpDialogue(scope, client).run();
    }
  }
}
