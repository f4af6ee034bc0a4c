package org.miltergate.milter.chain;

import java.util.Objects;
import javax.net.ssl.SSLSession;
import org.miltergate.net.CipherName;

/**
 * What TLS an SMTP client uses, as milters are told.
 *
 * <p>Immutable and thread-safe.
 *
 * @param version {@code TLSv1.2}, {@code TLSv1.3}
 * @param cipher in OpenSSL's spelling, as in Postfix: {@code ECDHE-RSA-AES128-GCM-SHA256}
 * @param cipherBits length of the key in bits, such as 256
 * @param serverName that the client asked for (SNI); empty if it asked for none
 * @param certificateSubject common name in the client's certificate; empty if there is none that a
 *     CA known to the server has signed
 * @param certificateIssuer common name of that CA; empty as well
 */
public record SmtpTls(
    String version,
    String cipher,
    int cipherBits,
    String serverName,
    String certificateSubject,
    String certificateIssuer) {
  public SmtpTls {
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(cipher, "cipher");
    Objects.requireNonNull(serverName, "serverName");
    Objects.requireNonNull(certificateSubject, "certificateSubject");
    Objects.requireNonNull(certificateIssuer, "certificateIssuer");
  }

  /** Returns what was negotiated, without a certificate or a server name. */
  public static SmtpTls of(SSLSession session) {
    String suite = session.getCipherSuite();
    return new SmtpTls(
        session.getProtocol(), CipherName.openssl(suite), CipherName.bits(suite), "", "", "");
  }

  /** Returns the same with the certificate of the client, which a trusted CA has signed. */
  public SmtpTls withCertificate(String subject, String issuer) {
    return new SmtpTls(version, cipher, cipherBits, serverName, subject, issuer);
  }

  /** Returns the same with the server name that the client asked for. */
  public SmtpTls withServerName(String name) {
    return new SmtpTls(version, cipher, cipherBits, name, certificateSubject, certificateIssuer);
  }
}
