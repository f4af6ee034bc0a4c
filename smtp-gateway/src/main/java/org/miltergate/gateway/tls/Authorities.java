package org.miltergate.gateway.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** The trusted certificate authorities. Thread-safe. */
final class Authorities {
  /** Which way of checking a certificate does not ask for: it is checked for all of them. */
  private static final String ANY_KEY_EXCHANGE = "UNKNOWN";

  private final X509ExtendedTrustManager manager;
  private final List<X509Certificate> named;

  private Authorities(X509ExtendedTrustManager manager, List<X509Certificate> named) {
    this.manager = manager;
    this.named = List.copyOf(named);
  }

  /** Returns the authorities that the JDK trusts. */
  static Authorities ofJdk() throws IOException {
    return new Authorities(manager(null), List.of());
  }

  /**
   * Reads those of a PEM file.
   *
   * @throws KeyFileException if it cannot be read or holds no certificate
   */
  static Authorities of(Path file) throws IOException {
    List<X509Certificate> certificates = KeyMaterial.certificates(PemFile.read(file));
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (int i = 0; i < certificates.size(); i++) {
        store.setCertificateEntry("ca" + i, certificates.get(i));
      }
      return new Authorities(manager(store), certificates);
    } catch (GeneralSecurityException e) {
      throw new KeyFileException(file, "certificates cannot be used: " + e.getMessage(), e);
    }
  }

  private static X509ExtendedTrustManager manager(@Nullable KeyStore store) throws IOException {
    try {
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509ExtendedTrustManager found) {
          return found;
        }
      }
    } catch (GeneralSecurityException e) {
      throw new IOException("the JDK cannot check certificates: " + e.getMessage(), e);
    }
    throw new IOException("the JDK has no trust manager for X.509");
  }

  /**
   * Returns a manager that refuses certificates that these have not signed, and names other than
   * the requested one.
   */
  X509ExtendedTrustManager strict() {
    return manager;
  }

  /**
   * Returns a manager that lets every certificate pass the handshake. Clients are sent the names of
   * the authorities from a file.
   */
  X509ExtendedTrustManager lenient() {
    return new TakesAnyCertificate(named);
  }

  boolean vouchForClient(X509Certificate[] chain) {
    try {
      manager.checkClientTrusted(chain, ANY_KEY_EXCHANGE);
      return true;
    } catch (CertificateException e) {
      return false;
    }
  }

  boolean vouchForServer(X509Certificate[] chain) {
    try {
      manager.checkServerTrusted(chain, ANY_KEY_EXCHANGE);
      return true;
    } catch (CertificateException e) {
      return false;
    }
  }
}
