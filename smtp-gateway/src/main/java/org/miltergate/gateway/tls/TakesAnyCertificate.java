package org.miltergate.gateway.tls;

import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Lets every certificate pass the handshake; it is judged afterwards.
 *
 * <p>So a client that is asked for a certificate may present one from an unknown CA, and a client
 * that must present a valid one can be told what is wrong. Where TLS is used without verification,
 * it protects only against eavesdropping, as that setting implies. Thread-safe.
 */
final class TakesAnyCertificate extends X509ExtendedTrustManager {
  private final List<X509Certificate> named;

  /**
   * @param named sent to clients, so that they can choose a certificate; none for any
   */
  TakesAnyCertificate(List<X509Certificate> named) {
    this.named = List.copyOf(named);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String keyExchange) {}

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String keyExchange) {}

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String keyExchange, Socket socket) {}

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String keyExchange, Socket socket) {}

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String keyExchange, SSLEngine engine) {}

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String keyExchange, SSLEngine engine) {}

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return named.toArray(new X509Certificate[0]);
  }
}
