package org.miltergate.config.tls;

/** Whether clients show a certificate of their own. */
public enum ClientCertificates {
  NONE,
  /** A client may show one; Postfix {@code smtpd_tls_ask_ccert}. */
  ASK,
  /** A client that shows none that is trusted gets no TLS; Postfix {@code smtpd_tls_req_ccert}. */
  REQUIRE
}
