package org.miltergate.milter.chain;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.Optional;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.ClientAddress;
import org.miltergate.net.IpText;

/**
 * Who connects, as far as the SMTP server knows: an address, and what the DNS says of it.
 *
 * <p>Immutable and thread-safe; looks nothing up.
 *
 * @see "postfix src/smtpd/smtpd_peer.c; src/milter/milter8.c, milter8_conn_event"
 */
public final class SmtpClient {
  private static final String UNKNOWN_NAME = "unknown";

  private final Optional<InetAddress> address;
  private final int port;
  private final String name;
  private final String pointer;
  private final Resolution resolution;

  /** How the lookup of the client's name went; the values of {@code {client_resolve}}. */
  public enum Resolution {
    /** The address has a name, and the name has the address. */
    OK,
    /** There is no name, or none was looked up. */
    FAIL,
    /** The DNS gave no answer in time. */
    TEMP,
    /** The address has a name, which has other addresses. */
    FORGED
  }

  private SmtpClient(
      Optional<InetAddress> address, int port, String name, String pointer, Resolution resolution) {
    this.address = address;
    this.port = port;
    this.name = Objects.requireNonNull(name, "name");
    this.pointer = Objects.requireNonNull(pointer, "pointer");
    this.resolution = Objects.requireNonNull(resolution, "resolution");
  }

  /**
   * Returns a client whose name was not looked up.
   *
   * @param address of the client; of one that is unresolved or a wildcard only the port is known
   */
  public static SmtpClient at(InetSocketAddress address) {
    return new SmtpClient(
        Optional.ofNullable(address.getAddress()).filter(ip -> !ip.isAnyLocalAddress()),
        address.getPort(),
        UNKNOWN_NAME,
        UNKNOWN_NAME,
        Resolution.FAIL);
  }

  /** Returns a client of which nothing is known, such as one on a Unix-domain socket. */
  public static SmtpClient unknown() {
    return new SmtpClient(Optional.empty(), 0, UNKNOWN_NAME, UNKNOWN_NAME, Resolution.FAIL);
  }

  /**
   * Returns the same client with a name that its address and the DNS agree on.
   *
   * @param verified empty or {@code unknown} for none
   */
  public SmtpClient named(String verified) {
    return verified.isEmpty() || verified.equalsIgnoreCase(UNKNOWN_NAME)
        ? this
        : resolved(verified, verified, Resolution.OK);
  }

  /**
   * Returns the same client with what a lookup of its name has brought.
   *
   * @param verified name that the address and the DNS agree on, or {@code unknown}
   * @param claimed what the record of the address (PTR) says, true or not, or {@code unknown}
   * @param how the lookup went
   */
  public SmtpClient resolved(String verified, String claimed, Resolution how) {
    return new SmtpClient(address, port, verified, claimed, how);
  }

  /** Returns the verified name; {@code unknown} if there is none. */
  public String name() {
    return name;
  }

  /** Returns what the record of the address says, true or not; {@code unknown} if nothing. */
  public String pointer() {
    return pointer;
  }

  public Resolution resolution() {
    return resolution;
  }

  /** Returns the port of the client, 0 if it is unknown. */
  public int port() {
    return port;
  }

  /**
   * Returns the address as plain text ({@code 192.0.2.1}, {@code 2001:db8::1}), or {@code unknown}.
   */
  public String addressText() {
    return address.map(IpText::format).orElse(UNKNOWN_NAME);
  }

  /** Returns the address as SMTP tags it: IPv6 with {@code IPv6:} before it. */
  String taggedAddress() {
    return address.map(IpText::tagged).orElse(UNKNOWN_NAME);
  }

  /**
   * Returns what milters hear as host name: the verified name, else the address in brackets, else
   * {@code unknown}.
   */
  public Bytes hostname() {
    boolean nameless = name.equals(UNKNOWN_NAME) && address.isPresent();
    return Bytes.ofUtf8(nameless ? "[" + addressText() + "]" : name);
  }

  /** Returns the address as the milter protocol has it. */
  public ClientAddress address() {
    if (address.isEmpty()) {
      return ClientAddress.UNKNOWN;
    }
    ClientAddress.Family family =
        address.get() instanceof Inet4Address
            ? ClientAddress.Family.INET4
            : ClientAddress.Family.INET6;
    return new ClientAddress(family, port, Bytes.ofLatin1(addressText()));
  }

  /** Returns {@code name[address]}, as Postfix logs it. */
  @Override
  public String toString() {
    return name + "[" + addressText() + "]";
  }
}
