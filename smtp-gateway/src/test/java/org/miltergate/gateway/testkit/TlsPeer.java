package org.miltergate.gateway.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.function.Consumer;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.miltergate.config.setting.Changes;
import org.miltergate.config.tls.TlsMode;
import org.miltergate.config.tls.TlsServerConfig;
import org.miltergate.gateway.tls.TestKeys;

/** Both sides of TLS for tests: settings of a listener, and a client of the JDK's own. */
public final class TlsPeer {
  private TlsPeer() {}

  public static TlsServerConfig listener(TlsMode mode) {
    return TlsServerConfig.of(mode, TestKeys.file("rsa.pem"))
        .with(TlsServerConfig.KEY, java.util.Optional.of(TestKeys.file("rsa.key")));
  }

  public static TlsServerConfig listener(TlsMode mode, Consumer<Changes<TlsServerConfig>> change) {
    return listener(mode).with(change);
  }

  /** A client without a certificate. */
  public static SSLContext client() throws IOException {
    return context(new KeyManager[0]);
  }

  /** A client that shows a certificate: the PKCS#12 file of that name. */
  public static SSLContext client(String pkcs12) throws IOException {
    char[] password = TestKeys.PASSWORD.toCharArray();
    try (InputStream file = Files.newInputStream(TestKeys.file(pkcs12))) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(file, password);
      KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
      keys.init(store, password);
      return context(keys.getKeyManagers());
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private static SSLContext context(KeyManager[] keys) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, new TrustManager[] {new Anybody()}, new SecureRandom());
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private static final class Anybody extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
