package org.miltergate.gateway.smtp;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import org.miltergate.config.listener.ListenerConfig;
import org.miltergate.gateway.dns.ClientName;
import org.miltergate.gateway.proxy.ProxyHeader;
import org.miltergate.gateway.proxy.ProxyHeaderReader;
import org.miltergate.gateway.proxy.ProxyProtocolException;

/**
 * Learns from the PROXY header of a proxy who the client is.
 *
 * <p>The peers from which a header is wanted have to send one; from others it is not taken.
 *
 * @see "postfix src/smtpd/smtpd_haproxy.c"
 */
final class ProxyGate {
  /** Postfix {@code smtpd_upstream_proxy_timeout}. */
  private static final Duration LIMIT = Duration.ofSeconds(5);

  /** Who is there. */
  enum Peer {
    /** A client, be it through a proxy; the session's state has its address. */
    CLIENT,
    /** A proxy that looks whether we live. */
    PROXY,
    /** A proxy that went without a word, which is another way to look. */
    GONE,
    /** A proxy that did not say who the client is, which was logged. */
    UNKNOWN
  }

  private ProxyGate() {}

  /** Reads the header, if there has to be one, and puts the client into {@code state}. */
  static Peer identify(
      ListenerConfig listener, ClientSocket socket, SessionState state, MailLog log) {
    if (!listener.isProxy(state.client().address())) {
      return Peer.CLIENT;
    }
    if (!socket.beginWait()) {
      return Peer.GONE;
    }
    try {
      return read(socket, state, log);
    } finally {
      socket.endWait(); // if the gateway is to stop, the session will see it
    }
  }

  private static Peer read(ClientSocket socket, SessionState state, MailLog log) {
    Deadline deadline = Deadline.in(LIMIT);
    Progress progress = new Progress();
    try {
      ProxyHeader header =
          ProxyHeaderReader.read((into, offset, length) ->
              progress.readExactly(socket, into, offset, length, deadline));
      return switch (header) {
        case ProxyHeader.Unproxied unproxied -> Peer.PROXY;
        case ProxyHeader.Proxied(var client, var server) -> {
          state.client(new ClientIdentity(ClientName.NONE, client.getAddress(), client.getPort()));
          state.serverAddress(server);
          yield Peer.CLIENT;
        }
      };
    } catch (ClientGoneException e) {
      if (progress.begun) {
        warn(log, state, "the connection was lost within the header");
      }
      return progress.begun ? Peer.UNKNOWN : Peer.GONE;
    } catch (ClientTimeoutException e) {
      warn(
          log,
          state,
          String.format(Locale.ROOT, "no whole header within %d seconds", LIMIT.toSeconds()));
      return Peer.UNKNOWN;
    } catch (ProxyProtocolException e) {
      warn(log, state, String.valueOf(e.getMessage()));
      return Peer.UNKNOWN;
    } catch (IOException e) {
      warn(log, state, "the connection broke");
      return Peer.UNKNOWN;
    }
  }

  private static void warn(MailLog log, SessionState state, String why) {
    log.warning("PROXY protocol from %s: %s".formatted(state.client().nameAndAddress(), why));
  }

  private static final class Progress {
    private boolean begun;

    void readExactly(ClientSocket socket, byte[] into, int offset, int length, Deadline deadline)
        throws IOException {
      int read = 0;
      while (read < length) {
        int count = socket.read(into, offset + read, length - read, deadline);
        if (count < 0) {
          throw new ClientGoneException("the proxy closed the connection", null);
        }
        begun = true;
        read += count;
      }
    }
  }
}
