package org.miltergate.config.tls;

import java.util.List;
import java.util.regex.Pattern;
import org.miltergate.config.setting.InvalidSettingException;

/** Names of cipher suites; the JDK's list decides which exist. */
final class CipherText {
  private static final Pattern NAME = Pattern.compile("[A-Z0-9]+([_-][A-Z0-9]+)*");

  private CipherText() {}

  static List<String> require(String key, List<String> ciphers) {
    for (String cipher : ciphers) {
      if (!NAME.matcher(cipher).matches()) {
        throw new InvalidSettingException(
            key,
            "'"
                + cipher
                + "' is not a cipher suite; write one such as ECDHE-RSA-AES256-GCM-SHA384 or"
                + " TLS_AES_256_GCM_SHA384");
      }
    }
    return List.copyOf(ciphers);
  }
}
