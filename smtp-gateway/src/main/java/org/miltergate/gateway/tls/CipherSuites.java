package org.miltergate.gateway.tls;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.miltergate.net.CipherName;

/** Which cipher suites may be negotiated, the best first. */
final class CipherSuites {
  private static final String EXCHANGED = "_WITH_";

  private CipherSuites() {}

  /**
   * Turns a setting into the JDK's names. As with OpenSSL, a list for TLS 1.2 leaves TLS 1.3 its
   * suites: they are those of the JDK unless the list names some.
   *
   * @param wanted in the spelling of OpenSSL or IANA; empty for the JDK's defaults
   * @throws IOException if the JDK does not know a name, or is configured not to use it
   */
  static List<String> of(List<String> wanted, SSLContext context) throws IOException {
    List<String> usual = List.of(context.getDefaultSSLParameters().getCipherSuites());
    if (wanted.isEmpty()) {
      return usual;
    }
    List<String> supported = List.of(context.getSupportedSSLParameters().getCipherSuites());
    Set<String> found = new LinkedHashSet<>();
    for (String name : wanted) {
      found.add(
          supported.stream()
              .filter(suite -> suite.equals(name) || CipherName.openssl(suite).equals(name))
              .filter(suite -> !suite.contains("_anon_") && !suite.contains("_NULL_"))
              .findFirst()
              .orElseThrow(() -> new IOException(unknown(name, supported))));
    }
    boolean namesNew = found.stream().anyMatch(CipherSuites::isOfTls13);
    Stream<String> first =
        namesNew ? Stream.empty() : usual.stream().filter(CipherSuites::isOfTls13);
    return Stream.concat(first, found.stream()).toList();
  }

  private static boolean isOfTls13(String suite) {
    return !suite.contains(EXCHANGED) && !suite.contains("SCSV");
  }

  private static String unknown(String name, List<String> supported) {
    List<String> known =
        supported.stream()
            .filter(suite -> !suite.contains("SCSV"))
            .map(CipherName::openssl)
            .toList();
    return "cipher suite "
        + name
        + " is not known to the JDK, or disabled in it (jdk.tls.disabledAlgorithms); there are "
        + String.join(", ", known);
  }
}
