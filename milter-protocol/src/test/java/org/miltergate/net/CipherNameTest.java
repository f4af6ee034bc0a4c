package org.miltergate.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CipherNameTest {
  /** As {@code openssl ciphers -V -stdname} pairs them. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "TLS_AES_256_GCM_SHA384,                        TLS_AES_256_GCM_SHA384,        256",
    "TLS_CHACHA20_POLY1305_SHA256,                  TLS_CHACHA20_POLY1305_SHA256,  256",
    "TLS_AES_128_GCM_SHA256,                        TLS_AES_128_GCM_SHA256,        128",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,       ECDHE-ECDSA-AES256-GCM-SHA384, 256",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,         ECDHE-RSA-AES128-GCM-SHA256,   128",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,   ECDHE-RSA-CHACHA20-POLY1305,   256",
    "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384,           DHE-RSA-AES256-GCM-SHA384,     256",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384,         ECDHE-RSA-AES256-SHA384,       256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,          ECDHE-ECDSA-AES128-SHA,        128",
    "TLS_RSA_WITH_AES_128_GCM_SHA256,               AES128-GCM-SHA256,             128",
    "TLS_RSA_WITH_AES_256_CBC_SHA,                  AES256-SHA,                    256",
  })
  void isThatOfOpenssl(String suite, String name, int bits) {
    assertThat(CipherName.openssl(suite)).isEqualTo(name);
    assertThat(CipherName.bits(suite)).isEqualTo(bits);
  }
}
