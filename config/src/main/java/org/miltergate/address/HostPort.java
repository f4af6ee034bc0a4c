package org.miltergate.address;

import java.net.InetAddress;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.miltergate.net.IpText;

/**
 * A host and a TCP port; nothing is looked up.
 *
 * <p>Immutable and thread-safe.
 *
 * @param host a name, an IPv4 address, or an IPv6 address without brackets; addresses are kept in
 *     their shortest form
 * @param port 0 to 65535; 0 stands for a free one if the address is listened on
 */
public record HostPort(String host, int port) {
  private static final Pattern FORM = Pattern.compile("(\\[[^\\[\\]]*]|[^:\\[\\]]+):([0-9]{1,5})");
  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "::1", "localhost");
  private static final int MAX_PORT = 65_535;

  public HostPort {
    Objects.requireNonNull(host, "host");
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException(port + " is not a port; write a number up to " + MAX_PORT);
    }
    Optional<InetAddress> address = IpText.parse(host);
    if (address.isEmpty() && !HostNames.isDialledName(host)) {
      throw new IllegalArgumentException(
          "'" + host + "' is not a host; write a name, an IPv4 address or an IPv6 address");
    }
    host = address.map(IpText::format).orElse(host); // one text for one address
  }

  /**
   * Reads {@code host:port} or {@code [IPv6 address]:port}.
   *
   * @throws IllegalArgumentException if the text is neither
   */
  public static HostPort parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is not an address with a port; write one such as 127.0.0.1:2525 or [::1]:2525");
    }
    String host = form.group(1);
    boolean bracketed = host.startsWith("[");
    String bare = bracketed ? host.substring(1, host.length() - 1) : host;
    if (bracketed && bare.indexOf(':') < 0) {
      throw new IllegalArgumentException(
          "'" + host + "' is not an IPv6 address; brackets are for those only");
    }
    return new HostPort(bare, Integer.parseInt(form.group(2)));
  }

  /** Returns whether the host is this machine itself: 127.0.0.1, ::1 or localhost. */
  public boolean isLoopback() {
    return LOOPBACK.contains(host.toLowerCase(Locale.ROOT));
  }

  /** Writes what {@link #parse} reads. */
  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
