package org.miltergate.config.tls;

/** When TLS begins on a connection that a client has made. */
public enum TlsMode {
  OFF,
  /** With the command STARTTLS, RFC 3207. */
  STARTTLS,
  /** With the first byte, RFC 8314, section 3. */
  IMPLICIT
}
