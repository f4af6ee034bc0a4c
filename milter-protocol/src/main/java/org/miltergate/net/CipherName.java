package org.miltergate.net;

/** Names of TLS cipher suites: the JDK has IANA's, mail servers and milters have OpenSSL's. */
public final class CipherName {
  private static final String WITH = "_WITH_";

  private CipherName() {}

  /**
   * Turns {@code TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384} into {@code ECDHE-RSA-AES256-GCM-SHA384}.
   */
  public static String openssl(String suite) {
    int with = suite.indexOf(WITH);
    if (with < 0 || !suite.startsWith("TLS_")) {
      return suite; // TLS 1.3, where both are the same
    }
    String exchange = suite.substring("TLS_".length(), with);
    String cipher =
        suite
            .substring(with + WITH.length())
            .replace("AES_", "AES")
            .replace("CHACHA20_POLY1305_SHA256", "CHACHA20_POLY1305")
            .replace("_CBC_", "_");
    String name = exchange.equals("RSA") ? cipher : exchange + "_" + cipher;
    return name.replace('_', '-');
  }

  /** Returns the length of the key in bits. */
  public static int bits(String suite) {
    return suite.contains("AES_256") || suite.contains("CHACHA20") ? 256 : 128;
  }
}
