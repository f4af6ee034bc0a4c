package org.miltergate.net;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The address of a peer: a TCP port, or a Unix-domain socket.
 *
 * <p>Immutable and thread-safe.
 */
public sealed interface Endpoint {

  /**
   * A TCP port of a host.
   *
   * @param host a name, an IPv4 address, or an IPv6 address without brackets
   * @param port 1 to 65535
   */
  record Inet(String host, int port) implements Endpoint {
    public Inet {
      HostText.requireHost(host);
      if (port < 1 || port > 65535) {
        throw new IllegalArgumentException("port is " + port + ", must be 1 to 65535");
      }
    }

    /** Writes {@code inet:host:port}; an IPv6 address is put in brackets. */
    @Override
    public String toString() {
      return "inet:" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
  }

  /**
   * A Unix-domain socket in the file system.
   *
   * @param path absolute, and no longer than the operating system allows: 107 bytes on Linux
   */
  record Unix(Path path) implements Endpoint {
    public Unix {
      if (!path.isAbsolute()) {
        throw new IllegalArgumentException("path '" + path + "' is relative, must be absolute");
      }
      int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
      if (length > MAX_PATH_BYTES) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "path '%s' is %d bytes long, a socket's path has at most %d",
                path,
                length,
                MAX_PATH_BYTES));
      }
    }

    /** Writes {@code unix:/path}. */
    @Override
    public String toString() {
      return "unix:" + path;
    }

    /** {@code sun_path} without its NUL: 104 bytes where BSD's headers are used, else 108. */
    private static final int MAX_PATH_BYTES = maxPathBytes(System.getProperty("os.name", ""));

    private static int maxPathBytes(String system) {
      String name = system.toLowerCase(Locale.ROOT);
      return name.contains("mac") || name.contains("bsd") ? 103 : 107;
    }
  }

  /**
   * Reads an address in Postfix's or in Sendmail's notation.
   *
   * <p>Postfix: {@code inet:host:port}, {@code inet::port} and {@code inet:port} (localhost),
   * {@code inet:[2001:db8::1]:port}, {@code unix:/path}. Sendmail: {@code inet:port@host}, {@code
   * inet6:port@host}, {@code local:/path}, {@code /path}. The order of host and port differs
   * between the two; an {@code @} tells them apart. The port is a number; service names are not
   * looked up.
   *
   * @throws IllegalArgumentException if the text is none of these, or is ambiguous
   */
  static Endpoint parse(String text) {
    return EndpointParser.parse(text);
  }

  /**
   * Converts the address that a server is bound to into one to dial.
   *
   * @throws IllegalArgumentException if it is neither a resolved TCP address nor that of a Unix
   *     socket
   */
  static Endpoint of(SocketAddress bound) {
    if (bound instanceof UnixDomainSocketAddress unix) {
      return new Unix(unix.getPath().toAbsolutePath());
    }
    if (bound instanceof InetSocketAddress inet && !inet.isUnresolved()) {
      return new Inet(inet.getAddress().getHostAddress(), inet.getPort());
    }
    throw new IllegalArgumentException(bound + " is neither a TCP address nor a Unix socket");
  }
}
