package org.miltergate.gateway.relay.delivery;

import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Objects;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** What next hops of tests show: stores and a CA that {@code make.sh} beside them has made. */
final class TestTls {
  private static final char[] PASSWORD = "secret".toCharArray();

  private TestTls() {}

  /**
   * Creates a server's side: {@code good}, {@code expired}, {@code other-name}, {@code unknown}.
   */
  static SSLContext server(String store) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in =
        Objects.requireNonNull(TestTls.class.getResourceAsStream(store + ".p12"))) {
      keys.load(in, PASSWORD);
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  /** Returns the CA of all except {@code unknown}. */
  static Path ca() {
    try {
      return Path.of(Objects.requireNonNull(TestTls.class.getResource("ca.pem")).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
