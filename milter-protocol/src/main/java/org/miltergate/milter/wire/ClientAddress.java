package org.miltergate.milter.wire;

import java.util.Objects;
import org.miltergate.milter.bytes.Bytes;

/**
 * The SMTP client's address, as in the CONNECT command.
 *
 * @param port unsigned 16 bits; 0 for a local socket
 * @param address IPv4 or IPv6 text without brackets or prefix, or a path; empty if unknown
 */
public record ClientAddress(Family family, int port, Bytes address) {
  public static final ClientAddress UNKNOWN = new ClientAddress(Family.UNKNOWN, 0, Bytes.EMPTY);

  /** The family byte ({@code SMFIA_*}). */
  public enum Family {
    UNKNOWN('U'),
    LOCAL('L'),
    INET4('4'),
    INET6('6');

    private final byte code;

    Family(char code) {
      this.code = (byte) code;
    }

    public byte code() {
      return code;
    }
  }

  public ClientAddress {
    Objects.requireNonNull(family, "family");
    if (port < 0 || port > 0xffff) {
      throw new IllegalArgumentException("port is " + port + ", must be 0 to 65535");
    }
    Text.requireNoNul(address, "address");
    if (family == Family.UNKNOWN && (port != 0 || !address.isEmpty())) {
      throw new IllegalArgumentException("an unknown address has neither port nor text");
    }
  }
}
