package org.miltergate.milter.filter;

import java.net.InetAddress;
import java.util.Objects;
import java.util.Optional;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.ClientAddress;
import org.miltergate.net.IpText;

/**
 * The client of the MTA.
 *
 * @param hostName as the MTA found it; the address in brackets if it found none
 */
public record Client(String hostName, ClientAddress address) {
  public Client {
    Objects.requireNonNull(hostName, "hostName");
    Objects.requireNonNull(address, "address");
  }

  /** Creates a client with an IP address. */
  public static Client of(String hostName, String ipAddress) {
    ClientAddress.Family family =
        ipAddress.contains(":") ? ClientAddress.Family.INET6 : ClientAddress.Family.INET4;
    return new Client(hostName, new ClientAddress(family, 25, Bytes.ofLatin1(ipAddress)));
  }

  /** Returns the IP address; empty for a local socket, or if the MTA does not know it. */
  public Optional<InetAddress> ipAddress() {
    return IpText.parse(address.address().toString());
  }
}
