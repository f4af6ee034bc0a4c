package org.miltergate.config.tls;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.miltergate.config.text.Secret;

/**
 * A further certificate of a listener, beside its first.
 *
 * @param certificate PEM or PKCS#12
 * @param key PEM; empty if it is in the file of the certificate
 * @param password of an encrypted key or of PKCS#12; empty for none
 */
public record CertificateConfig(Path certificate, Optional<Path> key, Secret password) {
  public CertificateConfig {
    Objects.requireNonNull(certificate, "certificate");
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(password, "password");
  }

  /** One file with certificate and key. */
  public static CertificateConfig of(Path certificate) {
    return new CertificateConfig(certificate, Optional.empty(), Secret.NONE);
  }

  public CertificateConfig withCertificate(Path value) {
    return new CertificateConfig(value, key, password);
  }

  public CertificateConfig withKey(Optional<Path> value) {
    return new CertificateConfig(certificate, value, password);
  }

  public CertificateConfig withPassword(Secret value) {
    return new CertificateConfig(certificate, key, value);
  }
}
