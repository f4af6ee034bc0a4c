package org.miltergate.gateway.admission;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Locale;
import org.miltergate.config.listener.ListenerConfig;
import org.miltergate.gateway.proxy.ProxyHeader;
import org.miltergate.gateway.proxy.ProxyHeaderReader;
import org.miltergate.gateway.proxy.ProxyProtocolException;
import org.miltergate.gateway.smtp.io.ClientGoneException;
import org.miltergate.gateway.smtp.io.ClientSocket;
import org.miltergate.gateway.smtp.io.ClientTimeoutException;
import org.miltergate.net.Deadline;

/**
 * Learns from the PROXY header of a proxy who the client is.
 *
 * <p>The peers from which a header is wanted have to send one; from others it is not taken.
 *
 * @see "postfix src/smtpd/smtpd_haproxy.c"
 */
public final class ProxyGate {
  /** Postfix {@code smtpd_upstream_proxy_timeout}. */
  private static final Duration LIMIT = Duration.ofSeconds(5);

  /** Who is there. */
  public sealed interface Peer {
    /** A client that speaks for itself. */
    record Client() implements Peer {}

    /**
     * A client, by the word of a proxy.
     *
     * @param client the unspecified address if the proxy does not know it
     * @param server where the client connected to
     */
    record Proxied(InetSocketAddress client, InetSocketAddress server) implements Peer {}

    /** A proxy that looks whether we live. */
    record Proxy() implements Peer {}

    /** A proxy that went silently, which is another way to look. */
    record Gone() implements Peer {}

    /** A proxy that did not say who the client is. */
    record Unknown(String why) implements Peer {}
  }

  private ProxyGate() {}

  /**
   * Reads the header, if there has to be one.
   *
   * @param peer who opened the connection
   */
  public static Peer identify(ListenerConfig listener, ClientSocket socket, InetAddress peer) {
    if (!listener.isProxy(peer)) {
      return new Peer.Client();
    }
    if (!socket.beginWait()) {
      return new Peer.Gone();
    }
    try {
      return read(socket);
    } finally {
      socket.endWait(); // if the gateway is to stop, the session will see it
    }
  }

  private static Peer read(ClientSocket socket) {
    Deadline deadline = Deadline.in(LIMIT);
    Progress progress = new Progress();
    try {
      ProxyHeader header =
          ProxyHeaderReader.read((into, offset, length) ->
              progress.readExactly(socket, into, offset, length, deadline));
      return switch (header) {
        case ProxyHeader.Unproxied unproxied -> new Peer.Proxy();
        case ProxyHeader.Proxied(var client, var server) -> new Peer.Proxied(client, server);
      };
    } catch (ClientGoneException e) {
      return progress.begun
          ? new Peer.Unknown("the connection was lost within the header")
          : new Peer.Gone();
    } catch (ClientTimeoutException e) {
      return new Peer.Unknown(
          String.format(Locale.ROOT, "no complete header within %d seconds", LIMIT.toSeconds()));
    } catch (ProxyProtocolException e) {
      return new Peer.Unknown(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return new Peer.Unknown("the connection was lost");
    }
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
