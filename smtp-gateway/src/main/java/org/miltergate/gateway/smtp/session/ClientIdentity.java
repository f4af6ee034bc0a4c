package org.miltergate.gateway.smtp.session;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.miltergate.gateway.dns.ClientName;
import org.miltergate.milter.chain.SmtpClient;
import org.miltergate.net.IpText;

/**
 * Who an SMTP client is, as log, limits, milters and Received field see it.
 *
 * @param names what its address is called
 * @param address IPv4 for an IPv4-mapped IPv6 address; the unspecified address if a proxy says that
 *     it is not known
 * @param port of the client; 0 if it is not known
 */
public record ClientIdentity(ClientName names, InetAddress address, int port) {
  public ClientIdentity {
    address = IpText.unmapped(address);
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

  /** Returns the address as plain text: {@code 192.0.2.1}, {@code 2001:db8::1}, {@code unknown}. */
  public String addressText() {
    return hasAddress() ? IpText.format(address) : ClientName.UNKNOWN;
  }

  /** Returns the address as SMTP and macros tag it: IPv6 with {@code IPv6:} before it. */
  public String taggedAddress() {
    return hasAddress() ? IpText.tagged(address) : ClientName.UNKNOWN;
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
