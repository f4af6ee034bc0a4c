package org.miltergate.milter.filter;

import java.util.Objects;

/**
 * What the MTA tells of an encrypted connection of its client, by its macros {@code tls_version},
 * {@code cipher}, {@code cipher_bits}, {@code cert_subject} and {@code cert_issuer}.
 *
 * @param version such as {@code TLSv1.3}
 * @param cipherBits 0 if unknown
 * @param certificateSubject empty without a certificate of the client
 */
public record TlsFacts(
    String version,
    String cipher,
    int cipherBits,
    String certificateSubject,
    String certificateIssuer) {
  public TlsFacts {
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(cipher, "cipher");
    Objects.requireNonNull(certificateSubject, "certificateSubject");
    Objects.requireNonNull(certificateIssuer, "certificateIssuer");
  }
}
