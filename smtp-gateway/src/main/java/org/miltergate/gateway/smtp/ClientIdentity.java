package org.miltergate.gateway.smtp;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.ClientAddress;

/**
 * Who an SMTP client is, as log, milters and Received field name it.
 *
 * <p>There is no reverse lookup of its address yet, so that its name is {@code unknown}.
 *
 * @param name verified host name, or {@code unknown}
 * @param address IPv4 for an IPv4-mapped IPv6 address
 * @param port of the client
 */
record ClientIdentity(String name, InetAddress address, int port) {
  static final String UNKNOWN_NAME = "unknown";
  private static final int MAPPED_PREFIX_BYTES = 12;

  static ClientIdentity of(InetSocketAddress peer) {
    return new ClientIdentity(UNKNOWN_NAME, unmapped(peer.getAddress()), peer.getPort());
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
      return InetAddress.getByAddress(java.util.Arrays.copyOfRange(bytes, MAPPED_PREFIX_BYTES, 16));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }

  boolean isIpv6() {
    return address instanceof Inet6Address;
  }

  /** Returns the address as plain text: {@code 192.0.2.1}, {@code 2001:db8::1}. */
  String addressText() {
    return AddressText.of(address);
  }

  /** Returns {@code name[address]}, as Postfix logs it. */
  String nameAndAddress() {
    return name + "[" + addressText() + "]";
  }

  /** Returns the host name for milters: the verified name, else the address in brackets. */
  Bytes hostname() {
    return Bytes.ofUtf8(name.equals(UNKNOWN_NAME) ? "[" + addressText() + "]" : name);
  }

  ClientAddress milterAddress() {
    ClientAddress.Family family =
        address instanceof Inet4Address ? ClientAddress.Family.INET4 : ClientAddress.Family.INET6;
    return new ClientAddress(family, port, Bytes.ofLatin1(addressText()));
  }
}
