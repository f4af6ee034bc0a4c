package org.miltergate.address;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostNamesTest {
  private static final String LABEL = "x".repeat(63);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "mail.example.org",
        "a-b.example",
        "1.example",
        "a1",
        "xn--mnchen-3ya.de",
        "1-2.3"
      })
  void takesHostNamesByEveryRule(String name) {
    assertThat(HostNames.isHostName(name)).isTrue();
    assertThat(HostNames.isStrictMailName(name)).isTrue();
    assertThat(HostNames.isDialledName(name)).isTrue();
    assertThat(HostNames.isMailName(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a-b.c_d.example", "_a.b", "a_.b", "_", "mail_server", "1_2"})
  void takesUnderscoresWhereNamesAreDialledAndFromPeers(String name) {
    assertThat(HostNames.isDialledName(name)).isTrue();
    assertThat(HostNames.isMailName(name)).isTrue();
    assertThat(HostNames.isHostName(name)).isFalse();
    assertThat(HostNames.isStrictMailName(name)).isFalse();
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
        "\u00e4.de",
        "a.b]",
        "::1"
      })
  void refusesOtherTextByEveryRule(String name) {
    assertThat(HostNames.isHostName(name)).isFalse();
    assertThat(HostNames.isStrictMailName(name)).isFalse();
    assertThat(HostNames.isDialledName(name)).isFalse();
    assertThat(HostNames.isMailName(name)).isFalse();
  }

  @Test
  void limitsLabels() {
    assertThat(HostNames.isHostName(LABEL + ".org")).isTrue();
    assertThat(HostNames.isHostName(LABEL + "x.org")).isFalse();
    assertThat(HostNames.isMailName(LABEL + "x.org")).isFalse();
  }

  /** RFC 5321 has 255 octets; more than 253 characters are no name in the DNS. */
  @Test
  void limitsTheWhole() {
    String longest = String.join(".", LABEL, LABEL, LABEL, LABEL);
    String inDns = longest.substring(2);

    assertThat(inDns).hasSize(253);
    assertThat(HostNames.isHostName(inDns)).isTrue();
    assertThat(HostNames.isDialledName(inDns)).isTrue();
    assertThat(HostNames.isHostName(inDns + "x")).isFalse();
    assertThat(HostNames.isDialledName(longest)).isFalse();
    assertThat(HostNames.isMailName(longest)).isTrue();
    assertThat(HostNames.isStrictMailName(longest)).isTrue();
    assertThat(HostNames.isMailName(longest + ".x")).isFalse();
  }
}
