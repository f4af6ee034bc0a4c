package org.miltergate.gateway.tls;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;

/**
 * Where a private key and its certificates are.
 *
 * @param certificate PEM: the certificate of the key first, then those that lead to its CA; or
 *     PKCS#12, which is recognized by the extension {@code .p12} or {@code .pfx}
 * @param key PEM; may be the same file. Ignored for PKCS#12
 * @param password of an encrypted key or of PKCS#12; empty for none
 */
public record KeyFiles(Path certificate, Path key, String password) {
  public KeyFiles {
    Objects.requireNonNull(certificate, "certificate");
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(password, "password");
  }

  /** One file with both. */
  public static KeyFiles of(Path certificateAndKey) {
    return new KeyFiles(certificateAndKey, certificateAndKey, "");
  }

  public KeyFiles withKey(Path value) {
    return new KeyFiles(certificate, value, password);
  }

  public KeyFiles withPassword(String value) {
    return new KeyFiles(certificate, key, value);
  }

  boolean isPkcs12() {
    String name = certificate.toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".p12") || name.endsWith(".pfx");
  }

  /** Returns the names of the files, never the password. */
  @Override
  public String toString() {
    return key.equals(certificate) ? certificate.toString() : certificate + " with " + key;
  }
}
