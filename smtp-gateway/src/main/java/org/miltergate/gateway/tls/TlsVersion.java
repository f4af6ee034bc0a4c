package org.miltergate.gateway.tls;

import java.util.EnumSet;
import java.util.Set;

/** The versions of TLS that are spoken; what is older is broken. */
public enum TlsVersion {
  TLS_1_2("TLSv1.2"),
  TLS_1_3("TLSv1.3");

  private final String protocol;

  TlsVersion(String protocol) {
    this.protocol = protocol;
  }

  /** Returns the name: {@code TLSv1.2}, {@code TLSv1.3}. */
  public String protocol() {
    return protocol;
  }

  /** Returns the names of this version and of those after it. */
  String[] andLater() {
    Set<TlsVersion> versions = EnumSet.range(this, TLS_1_3);
    return versions.stream().map(TlsVersion::protocol).toArray(String[]::new);
  }

  @Override
  public String toString() {
    return protocol;
  }
}
