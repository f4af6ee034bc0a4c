package org.miltergate.gateway.dns;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostNameTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "mail.example.org",
        "a-b.c_d.example",
        "1.example",
        "xn--mnchen-3ya.de"
      })
  void takesHostNames(String name) {
    assertThat(HostName.isValid(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "a.",
        ".a",
        "a..b",
        "192.0.2.1",
        "12",
        "-a.b",
        "a-.b",
        "a b",
        "a\nb",
        "a\0b",
        "ä.de",
        "a.b]",
        "::1"
      })
  void refusesOtherText(String name) {
    assertThat(HostName.isValid(name)).isFalse();
  }

  @Test
  void limitsLabelsAndTheWhole() {
    String label = "x".repeat(63);

    assertThat(HostName.isValid(label + ".org")).isTrue();
    assertThat(HostName.isValid(label + "x.org")).isFalse();
    assertThat(HostName.isValid(String.join(".", label, label, label, label))).isTrue();
    assertThat(HostName.isValid(String.join(".", label, label, label, label, "x"))).isFalse();
  }
}
