package org.miltergate.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.config.policy.PolicyConfig;

class DomainsTest {
  @ParameterizedTest(name = "{0} and {1}: {2}")
  @CsvSource({
    "example.org,               Example.ORG.,                 true",
    "stra\u00dfe.test,          xn--strae-oqa.test,           true",
    "stra\u00dfe.test,          XN--STRAE-OQA.Test.,          true",
    "STRA\u1e9eE.test,          xn--strae-oqa.test,           true",
    "stra\u00dfe.test,          strasse.test,                 false",
    "b\u00fccher.test,          BU\u0308CHER.test,            true",
    "b\u00fccher.test,          xn--bcher-kva.test,           true",
    "fa\u00df.de,               xn--fa-hia.de,                true",
    "\u03b2\u03cc\u03bb\u03bf\u03c2.test, xn--nxasmm1c.test,  true",
    "\u03b2\u03cc\u03bb\u03bf\u03c2.test, xn--nxasmq6b.test,  false",
    "\uff45xample.test,         example.test,                 true",
    "example\u3002test,         example.test,                 true",
    "exam\u00adple.test,        example.test,                 true",
    "\u0430pple.test,           apple.test,                   false",
    "[192.0.2.1],               [192.0.2.1],                  true",
    "[IPv6:2001:DB8::1],        [ipv6:2001:db8:0:0:0::1],     true",
    "[IPv6:2001:db8::1],        [IPv6:2001:db8::2],           false",
    "[IPv6:::ffff:192.0.2.1],   [192.0.2.1],                  true",
    "a_b.test,                  A_B.test,                     true",
  })
  void areTheSame(String one, String other, boolean same) {
    assertThat(Domains.normalized(one).equals(Domains.normalized(other))).isEqualTo(same);
    if (!one.startsWith("[") || one.indexOf(':') < 0) {
      PolicyConfig policy =
          PolicyConfig.DEFAULT.with(PolicyConfig.RELAY_DOMAINS, List.of(DomainPattern.parse(one)));
      assertThat(policy.isRelayDomain(other)).isEqualTo(same);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u00e4\u200d.test", // a joiner where none may be
        "-\u00e4.test",
        "\u00e4-.test",
        "\u00e4..test",
        "\u00e4.test\u3002",
        "\u0301a.test",
        "\ud800.test",
        "\u05d0a.test", // two directions in one label
        "xn--\u00e4.test",
        "xn--zzzzzzzzz-\u00e4.test",
        "\u00e4\ufffd.test",
      })
  void unicodeThatTheDnsCannotHaveIsNoDomain(String name) {
    assertThat(Domains.toAscii(name)).isEmpty();
    assertThat(Domains.normalized(name)).isNotEqualTo(Domains.normalized("\u00e4.test"));
  }
}
