package org.miltergate.gateway.dns;

import java.net.InetAddress;
import org.miltergate.address.HostNames;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/** Names of hosts as the DNS has them, from and to text. */
final class HostName {
  private HostName() {}

  /** Returns the name as text without the last dot; what is no host name has a backslash then. */
  static String text(Name name) {
    return name.toString(true);
  }

  /**
   * Returns the name of a host as a question needs it.
   *
   * @throws IllegalArgumentException if the text is no {@link HostNames#isMailName name}
   */
  static Name absolute(String hostName) {
    if (!HostNames.isMailName(hostName)) {
      throw new IllegalArgumentException("'" + hostName + "' is not a host name");
    }
    try {
      return Name.fromString(hostName, Name.root);
    } catch (TextParseException e) {
      throw new IllegalArgumentException("'" + hostName + "' is not a host name", e);
    }
  }

  /** Returns the question for the name of an address. */
  static Name reverse(InetAddress address) {
    return org.xbill.DNS.ReverseMap.fromAddress(address);
  }
}
