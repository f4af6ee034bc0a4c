package org.miltergate.milter.test.mta;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.ClientAddress;
import org.miltergate.net.IpText;

/**
 * The SMTP client that a milter is told of: by default {@code client.example.org} at 192.0.2.1.
 *
 * <p>Immutable and thread-safe; each method that sets something returns a new value.
 *
 * @param name as CONNECT has it: the verified name, or the address in brackets
 * @param helo argument of HELO; empty if the client says none
 * @param macros values of the whole session, by name with braces where the protocol has them; they
 *     count before those that the dialect knows
 */
public record TestClient(
    String name, ClientAddress address, String helo, Map<String, String> macros) {
  /** The client that is used if no other is named. */
  public static final TestClient DEFAULT = of("client.example.org", "192.0.2.1");

  private static final int USUAL_PORT = 40_025;

  public TestClient {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(address, "address");
    Objects.requireNonNull(helo, "helo");
    macros = Map.copyOf(macros);
  }

  /**
   * Creates a client that says its name in HELO.
   *
   * @param address IPv4 or IPv6, without brackets
   * @throws IllegalArgumentException if it is neither
   */
  public static TestClient of(String name, String address) {
    return new TestClient(name, address(address), name, Map.of());
  }

  private static ClientAddress address(String text) {
    Bytes bytes = Bytes.ofUtf8(text);
    if (IpText.isIpv4(text)) {
      return new ClientAddress(ClientAddress.Family.INET4, USUAL_PORT, bytes);
    }
    if (IpText.isIpv6(text)) {
      return new ClientAddress(ClientAddress.Family.INET6, USUAL_PORT, bytes);
    }
    throw new IllegalArgumentException("'" + text + "' is neither an IPv4 nor an IPv6 address");
  }

  /** Connects from another address, or from a local socket, or from one that is unknown. */
  public TestClient at(ClientAddress other) {
    return new TestClient(name, other, helo, macros);
  }

  /** Says this in HELO; nothing if it is empty, and then there is no HELO. */
  public TestClient saying(String name) {
    return new TestClient(this.name, address, name, macros);
  }

  /** Sets a macro for the whole session, such as {@code {tls_version}}. */
  public TestClient macro(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(macros);
    more.put(name, value);
    return new TestClient(this.name, address, helo, more);
  }

  /** Has logged in: sets the three macros that an MTA sends for that. */
  public TestClient loggedInAs(String user, String mechanism) {
    return macro("{auth_authen}", user).macro("{auth_type}", mechanism).macro("{auth_ssf}", "0");
  }
}
