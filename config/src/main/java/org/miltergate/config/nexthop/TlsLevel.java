package org.miltergate.config.nexthop;

/** The TLS level required of a next hop; Postfix {@code smtp_tls_security_level}. */
public enum TlsLevel {
  NONE,
  /** If it is offered and works; no name is checked. */
  MAY,
  /** Always; no name is checked. */
  ENCRYPT,
  /** Always, and the certificate must be trusted and contain the host name. */
  VERIFY
}
