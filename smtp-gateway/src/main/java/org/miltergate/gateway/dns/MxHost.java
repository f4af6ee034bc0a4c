package org.miltergate.gateway.dns;

import java.net.InetAddress;
import java.util.List;

/**
 * A host that takes mail for a domain.
 *
 * @param name without the last dot
 * @param preference the lower, the earlier to be tried
 * @param addresses at least one
 */
public record MxHost(String name, int preference, List<InetAddress> addresses) {
  public MxHost {
    addresses = List.copyOf(addresses);
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("a host needs an address to be reached at");
    }
  }
}
