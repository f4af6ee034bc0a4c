package org.miltergate.gateway.tls;

import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.miltergate.net.CipherName;

/**
 * The negotiated parameters, as named in logs and for milters.
 *
 * @param version {@code TLSv1.2}, {@code TLSv1.3}
 * @param cipher in OpenSSL's spelling, as in Postfix: {@code TLS_AES_256_GCM_SHA384}, {@code
 *     ECDHE-RSA-AES128-GCM-SHA256}
 * @param cipherBits length of the key, such as 256
 * @param peer the status of the peer's certificate
 * @param subject the common name in the peer's certificate; empty if there is none
 * @param issuer the common name of its issuer, or its organization; empty if there is none
 * @param serverName the name that the client asked for (SNI), in lower case; empty if none
 */
public record TlsFacts(
    String version,
    String cipher,
    int cipherBits,
    Peer peer,
    String subject,
    String issuer,
    String serverName) {

  /** The status of the peer's certificate. */
  public enum Peer {
    /** The peer presented none. */
    ANONYMOUS,
    /** It is not signed by a trusted CA. */
    UNTRUSTED,
    /** It is signed by a trusted CA; its name was not checked. */
    TRUSTED,
    /** It is signed by a trusted CA, and has the required name. */
    VERIFIED;

    /** Postfix's word: {@code Anonymous}, {@code Untrusted}, {@code Trusted}, {@code Verified}. */
    public String word() {
      return name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
    }
  }

  public TlsFacts {
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(cipher, "cipher");
    Objects.requireNonNull(peer, "peer");
    Objects.requireNonNull(subject, "subject");
    Objects.requireNonNull(issuer, "issuer");
    Objects.requireNonNull(serverName, "serverName");
  }

  static TlsFacts of(SSLSession session, Peer peer) {
    Optional<X509Certificate> certificate = certificate(session);
    return new TlsFacts(
        session.getProtocol(),
        CipherName.openssl(session.getCipherSuite()),
        CipherName.bits(session.getCipherSuite()),
        peer,
        certificate.map(x509 -> CommonName.of(x509.getSubjectX500Principal())).orElse(""),
        certificate.map(x509 -> CommonName.ofIssuer(x509.getIssuerX500Principal())).orElse(""),
        session instanceof ExtendedSSLSession extended ? ServerNames.asked(extended) : "");
  }

  private static Optional<X509Certificate> certificate(SSLSession session) {
    X509Certificate[] chain = chain(session);
    return chain.length == 0 ? Optional.empty() : Optional.of(chain[0]);
  }

  /** Returns the certificates that the peer presented; empty if none. */
  static X509Certificate[] chain(SSLSession session) {
    try {
      return (X509Certificate[]) session.getPeerCertificates();
    } catch (SSLPeerUnverifiedException e) {
      return new X509Certificate[0];
    }
  }

  /** Returns whether the peer's certificate is signed by a trusted CA. */
  public boolean isPeerTrusted() {
    return peer == Peer.TRUSTED || peer == Peer.VERIFIED;
  }

  /**
   * Returns Postfix's line for a log.
   *
   * @param peerName with the direction: {@code from name[address]}, {@code to name[address]:port}
   */
  public String established(String peerName) {
    return "%s TLS connection established %s: %s".formatted(peer.word(), peerName, this);
  }

  /** Returns {@code TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)}. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%s with cipher %s (%d/%d bits)", version, cipher, cipherBits, cipherBits);
  }
}
