package org.miltergate.config.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is text for a reader and something else for YAML. */
class YamlHintTest {
  private final ConfigReader reader = new ConfigReader(name -> Optional.empty());

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          listeners: ~ - address: [::1]:25              | 2:14: | write it in quotes: "[::1]:25"
          listeners: ~ - {address: [::1]:25}            | 2:15: | write it in quotes: "[::1]:25"
          listeners: ~ - address: [::1]                 | 2:14: | write the address in quotes, such as ["::1"] in a list
          listeners: ~ - address: [2001:db8::25]:2525   | 2:27: | write it in quotes: "[2001:db8::25]:2525"
          next-hop: [::1]:25                            | 1:12: | write it in quotes: "[::1]:25"
          policy: ~ trusted-networks: [::1]             | 2:21: | write the address in quotes, such as ["::1"] in a list
          policy: ~ trusted-networks: [[::1]/128]       | 2:22: | write it in quotes: "[::1]/128"
          policy: ~ relay-domains: [*.example.org]      | 2:19: | write it in quotes: "*.example.org"
          policy: ~ relay-domains: ~ - *.example.org    | 3:5:  | write it in quotes: "*.example.org"
          policy: ~ refused-recipients: [@example.org]  | 2:23: | write it in quotes: "@example.org"
          hostname: @x                                  | 1:11: | write it in quotes: "@x"
          hostname: %x                                  | 1:11: | write it in quotes: "%x"
          hostname: `x`                                 | 1:11: | write it in quotes: "`x`"
          hostname: *x                                  | 1:11: | write it in quotes: "*x"
          hostname: !x y                                | 1:11: | YAML reads '!x' as a tag; write it in quotes
          next-hop: {address: "smtp://a:1", username: u, password: !secret} | 1:65: | write it in quotes
          hostname: a: b                                | 1:12: | write text with a colon and a blank in quotes
          listeners:~\t- address: x                     | 2:1:  | indent with blanks
          """)
  void saysThatQuotesAreMissing(String yaml, String place, String hint) {
    String text = yaml.replace(" ~ ", "\n ").replace("~", "\n") + "\n";

    ConfigResult result = reader.read("a.yaml", text);

    assertThat(result).isInstanceOf(ConfigResult.Invalid.class);
    assertThat(((ConfigResult.Invalid) result).problems())
        .anySatisfy(
            problem -> assertThat(problem.toString()).startsWith("a.yaml:" + place).contains(hint));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          listeners: ~ - address: "[::1]:25"
          next-hop: smtp://[::1]:25
          policy: ~ trusted-networks: ["::1", "[::1]/128"]
          policy: ~ relay-domains: ["*.example.org", .example.org]
          """)
  void takesTheSameInQuotes(String yaml) {
    assertThat(reader.read("a.yaml", yaml.replace(" ~ ", "\n ") + "\n"))
        .isInstanceOf(ConfigResult.Valid.class);
  }

  @ParameterizedTest(name = "{0} and {1}")
  @CsvSource({
    "0.0.0.0:25, 127.0.0.1:25, true",
    "192.0.2.1:25, 0.0.0.0:25, true",
    "'[::]:25', 0.0.0.0:25, false",
    "'[::]:25', 127.0.0.1:25, false",
    "'[::]:25', '[::1]:25', true",
    "0.0.0.0:25, '[::1]:25', false",
    "0.0.0.0:25, localhost:25, false",
    "0.0.0.0:25, 127.0.0.1:26, false",
    "127.0.0.1:25, 127.0.0.2:25, false",
    "0.0.0.0:0, 127.0.0.1:0, false",
  })
  void namesListenersThatWouldTakeEachOthersPort(String one, String other, boolean problem) {
    String yaml =
        "listeners:\n  - {address: \"%s\", name: a}\n  - {address: \"%s\", name: b}\n"
            .formatted(one, other);

    ConfigResult result = reader.read("a.yaml", yaml);

    assertThat(result instanceof ConfigResult.Invalid).isEqualTo(problem);
    if (result instanceof ConfigResult.Invalid(var problems)) {
      assertThat(problems)
          .singleElement()
          .asString()
          .startsWith("a.yaml:3:15: listeners[1].address: '")
          .contains("is part of listeners[0].address");
    }
  }
}
