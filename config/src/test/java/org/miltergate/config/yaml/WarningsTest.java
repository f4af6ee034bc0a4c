package org.miltergate.config.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a file may say, but hardly means. */
class WarningsTest {
  private final ConfigReader reader = new ConfigReader(name -> Optional.empty());

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          policy: {trusted-networks: [0.0.0.0/0]}   | 1:29: policy.trusted-networks[0]: '0.0.0.0/0' is every address
          policy: {trusted-networks: ["::/0"]}      | 1:29: policy.trusted-networks[0]: '::/0' is every address
          policy: {trusted-networks: [128.0.0.0/1]} | 1:29: policy.trusted-networks[0]: '128.0.0.0/1' is a large part
          policy: {trusted-networks: ["2000::/3"]}  | 1:29: policy.trusted-networks[0]: '2000::/3' is a large part
          policy: {xclient-networks: [0.0.0.0/0]}   | 1:29: policy.xclient-networks[0]: '0.0.0.0/0' is every address
          policy: {xforward-networks: [0.0.0.0/0]}  | 1:30: policy.xforward-networks[0]: '0.0.0.0/0' is every address
          listeners: [{address: "[::1]:1", proxy-protocol: [0.0.0.0/0]}] | 1:51: listeners[0].proxy-protocol[0]: '0.0.0.0/0'
          listeners: [{address: "[::1]:1", tls: {certificate: a, client-certificates: require}}] | listeners[0].tls.client-certificates: without client-ca
          listeners: [{address: "[::1]:1", tls: {certificate: a, client-ca: b}}] | listeners[0].tls.client-ca: is not used
          next-hop: {address: "smtp://a.test:25", tls-ca: a} | 1:49: next-hop.tls-ca: certificates are checked
          next-hop: {address: "smtp://a.test:25", tls: none, username: a, password: b} | 1:46: next-hop.tls: the password can be read
          next-hop: [{address: "smtp://a.test:25", tls-ca: a}] | 1:50: next-hop[0].tls-ca: certificates are checked
          routes: [{next-hop: "smtp://a.test:25"}, {recipients: [b.test], next-hop: "smtp://b.test:25"}] | routes[1]: never used: routes[0] takes everything
          chain: [{name: a, address: inet:1, max-edit-size: 1MiB}] | 1:51: chain[0].max-edit-size: 1MiB is below limits.message-size
          """)
  void namesWhatIsHardlyMeant(String yaml, String warning) {
    assertThat(warnings(yaml)).singleElement().asString().contains(warning);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          policy: {trusted-networks: [10.0.0.0/8, 127.0.0.0/8, "fc00::/7", "fe80::/10", "::1"]}
          policy: {xclient-networks: [192.0.2.0/24], xforward-networks: ["2001:db8::/32"]}
          next-hop: {address: "smtp://a.test:25", tls: verify}
          next-hop: {address: "smtp://127.0.0.1:25", tls: none, username: a, password: b}
          listeners: [{address: "[::1]:1", tls: {certificate: a, client-certificates: ask, client-ca: b}}]
          chain: [{name: a, address: inet:1, max-edit-size: 20MiB}]
          """)
  void leavesOrdinarySettingsAlone(String yaml) {
    assertThat(warnings(yaml)).isEmpty();
  }

  @Test
  void namesAllInTheOrderOfTheFile() {
    assertThat(
            warnings(
                """
                policy:
                  xclient-networks: [0.0.0.0/0]
                  trusted-networks:
                    - 192.0.2.0/24
                    - ::/0
                """))
        .extracting(Problem::line)
        .containsExactly(2, 5);
  }

  @Test
  void writesTheWordBehindThePlace() {
    assertThat(new Problem("a.yaml", 3, 5, "policy", "is odd").toString("warning"))
        .isEqualTo("a.yaml:3:5: warning: policy: is odd");
    assertThat(new Problem("a.yaml", 0, 0, "", "is odd").toString("note"))
        .isEqualTo("a.yaml: note: is odd");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "'',                               a.yaml",
    "hostname,                         a.yaml:1:11",
    "listeners[1].tls.key,             a.yaml:4:54",
    "listeners[1].tls.client-ca,       a.yaml:4:32",
    "listeners[1].auth,                a.yaml:4:5",
    "listeners[7].auth,                a.yaml:3:3",
    "next-hop.tls-ca,                  a.yaml:5:11",
    "spool-directory,                  a.yaml",
  })
  void findsTheClosestPlaceOfASettingThatIsFoundWrongLater(String path, String place) {
    String yaml =
        """
        hostname: mx.test
        listeners:
          - address: 127.0.0.1:25
          - {address: "[::1]:25", tls: {certificate: a, key: b}}
        next-hop: smtp://127.0.0.1:26
        """;
    Places places = ((ConfigResult.Valid) reader.read("a.yaml", yaml)).places();

    assertThat(places.at(path, "is wrong").toString()).startsWith(place + ": ");
  }

  private List<Problem> warnings(String yaml) {
    ConfigResult result = reader.read("a.yaml", yaml);
    assertThat(result).isInstanceOf(ConfigResult.Valid.class);
    return ((ConfigResult.Valid) result).warnings();
  }
}
