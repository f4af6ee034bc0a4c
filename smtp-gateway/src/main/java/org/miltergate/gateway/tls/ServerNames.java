package org.miltergate.gateway.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import org.jspecify.annotations.Nullable;

/** The names of a server, and the name that a client asks for (SNI, RFC 6066, section 3). */
final class ServerNames {
  private static final int DNS_NAME = 2;

  private ServerNames() {}

  /** Returns the names in a certificate, in lower case; its common name if there are no others. */
  static Set<String> of(X509Certificate certificate) {
    @Nullable Collection<List<?>> alternatives;
    try {
      alternatives = certificate.getSubjectAlternativeNames();
    } catch (CertificateParsingException e) {
      alternatives = null; // matches no requested name
    }
    if (alternatives != null) {
      Set<String> names =
          alternatives.stream()
              .filter(name -> Integer.valueOf(DNS_NAME).equals(name.getFirst()))
              .map(name -> lower(String.valueOf(name.get(1))))
              .collect(Collectors.toUnmodifiableSet());
      if (!names.isEmpty()) {
        return names;
      }
    }
    String common = CommonName.of(certificate.getSubjectX500Principal());
    return common.isEmpty() ? Set.of() : Set.of(lower(common));
  }

  /** Returns the name that the client has asked for, in lower case; empty if none. */
  static String asked(ExtendedSSLSession session) {
    for (SNIServerName name : session.getRequestedServerNames()) {
      if (name instanceof SNIHostName host) {
        return lower(host.getAsciiName());
      }
    }
    return "";
  }

  /** Returns whether a name is among them; {@code *} at the beginning matches any one label. */
  static boolean match(Set<String> names, String asked) {
    int dot = asked.indexOf('.');
    return names.contains(asked) || dot > 0 && names.contains("*" + asked.substring(dot));
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
