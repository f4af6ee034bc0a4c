package org.miltergate.gateway.tls;

import java.util.EnumSet;
import org.miltergate.config.tls.TlsVersion;

/** Names of versions, as used by the JDK. */
final class Protocols {
  private Protocols() {}

  /** Returns {@code oldest} and all that are newer. */
  static String[] from(TlsVersion oldest) {
    return EnumSet.range(oldest, TlsVersion.TLS_1_3).stream()
        .map(TlsVersion::text)
        .toArray(String[]::new);
  }
}
