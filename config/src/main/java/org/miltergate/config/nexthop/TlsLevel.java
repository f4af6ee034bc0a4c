package org.miltergate.config.nexthop;

/** How much TLS is asked of a next hop; Postfix {@code smtp_tls_security_level}. */
public enum TlsLevel {
  NONE,
  /** If it is offered and works; nobody's name is checked. */
  MAY,
  /** Always; nobody's name is checked. */
  ENCRYPT,
  /** Always, and the certificate must be trusted and name the host. */
  VERIFY
}
