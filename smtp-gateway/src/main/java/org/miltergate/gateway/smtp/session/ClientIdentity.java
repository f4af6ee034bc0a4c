package org.miltergate.gateway.smtp.session;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.miltergate.gateway.dns.ClientName;
import org.miltergate.gateway.smtp.syntax.AddressText;
import org.miltergate.milter.chain.SmtpClient;

/**
 * Who an SMTP client is, as log, limits, milters and Received field see it.
 *
 * @param names what its address is called
 * @param address IPv4 for an IPv4-mapped IPv6 address; the unspecified address if a proxy says that
 *     it is not known
 * @param port of the client; 0 if it is not known
 */
public record ClientIdentity(ClientName names, InetAddress address, int port) {
  private static final int MAPPED_PREFIX_BYTES = 12;

  public ClientIdentity {
    address = unmapped(address);
  }

  public static ClientIdentity of(InetSocketAddress peer) {
    return new ClientIdentity(ClientName.NONE, peer.getAddress(), peer.getPort());
  }

  public ClientIdentity named(ClientName value) {
    return new ClientIdentity(value, address, port);
  }

  /** Returns the verified host name, or {@code unknown}. */
  public String name() {
    return names.name();
  }

  /** Returns whether there is an address; only a proxy can say that there is none. */
  public boolean hasAddress() {
    return !address.isAnyLocalAddress();
  }

  /** Java makes IPv4 addresses of mapped ones by itself, but not in every way to one. */
  private static InetAddress unmapped(InetAddress address) {
    byte[] bytes = address.getAddress();
    boolean mapped = bytes.length == 16 && bytes[10] == -1 && bytes[11] == -1;
    for (int i = 0; mapped && i < MAPPED_PREFIX_BYTES - 2; i++) {
      mapped = bytes[i] == 0;
    }
    if (!mapped) {
      return address;
    }
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(bytes, MAPPED_PREFIX_BYTES, 16));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }

  boolean isIpv6() {
    return address instanceof Inet6Address;
  }

  /** Returns the address as plain text: {@code 192.0.2.1}, {@code 2001:db8::1}, {@code unknown}. */
  public String addressText() {
    return hasAddress() ? AddressText.of(address) : ClientName.UNKNOWN;
  }

  /** Returns the address as SMTP and macros tag it: IPv6 with {@code IPv6:} before it. */
  public String taggedAddress() {
    return hasAddress() ? AddressText.tagged(address) : ClientName.UNKNOWN;
  }

  /** Returns {@code name[address]}, as Postfix logs it. */
  public String nameAndAddress() {
    return name() + "[" + addressText() + "]";
  }

  /** Returns the same, as milters are told. */
  public SmtpClient forMilters() {
    return SmtpClient.at(new InetSocketAddress(address, port))
        .resolved(
            names.name(), names.pointer(), SmtpClient.Resolution.valueOf(names.status().name()));
  }
}
