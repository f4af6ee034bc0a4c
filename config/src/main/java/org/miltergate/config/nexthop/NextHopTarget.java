package org.miltergate.config.nexthop;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.miltergate.address.HostNames;
import org.miltergate.address.HostPort;

/** Where connections to a next hop go. */
public sealed interface NextHopTarget {
  /**
   * A host.
   *
   * @param address host and port, 1 to 65535
   */
  record Host(HostPort address) implements NextHopTarget {
    public Host {
      requirePort(address.port());
    }

    @Override
    public String toString() {
      return address.toString();
    }
  }

  /**
   * A socket in the file system.
   *
   * @param path at most 100 bytes in UTF-8; a relative path is relative to the working directory
   */
  record Unix(Path path) implements NextHopTarget {
    private static final int MAX_BYTES = 100;

    public Unix {
      if (path.toString().getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
        throw new IllegalArgumentException(
            "path is longer than " + MAX_BYTES + " bytes, the limit for a socket");
      }
    }

    @Override
    public String toString() {
      return "unix:" + path;
    }
  }

  /**
   * The hosts that DNS names for the mail of a domain, in the order of their preference.
   *
   * @param domain whose MX records are looked up; empty for the domain of each recipient, which
   *     only a route can have
   * @param port of each host, 1 to 65535
   */
  record Mx(String domain, int port) implements NextHopTarget {
    public static final int DEFAULT_PORT = 25;

    public Mx {
      Objects.requireNonNull(domain, "domain");
      if (!domain.isEmpty() && !HostNames.isDialledName(domain)) {
        throw new IllegalArgumentException(
            "'" + domain + "' is not a domain; write one such as example.org");
      }
      requirePort(port);
    }

    /** Returns whether each recipient's domain is looked up. */
    public boolean isOfRecipient() {
      return domain.isEmpty();
    }

    @Override
    public String toString() {
      return domain + (port == DEFAULT_PORT ? "" : ":" + port);
    }
  }

  private static void requirePort(int port) {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException(port + " is not a port; write 1 to 65535");
    }
  }
}
