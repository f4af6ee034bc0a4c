package org.miltergate.milter.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {
  @ParameterizedTest
  @ValueSource(strings = {"", "a", "J\u00f6rg", "\u20ac", "\ud83d\ude00", "a\u0000b"})
  void readsWhatIsWellFormed(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

    assertThat(Utf8.decode(bytes)).contains(text);
    assertThat(Utf8.isValid(bytes)).isTrue();
  }

  /** Lone and missing continuations, overlong forms, surrogates, beyond U+10FFFF, cut short. */
  @ParameterizedTest(name = "{0} is well-formed up to byte {2}")
  @CsvSource({
    "80,           '',  0",
    "61 ff 62,     a,   1",
    "61 62 c3,     ab,  2",
    "61 c3 28,     a,   1",
    "c0 80,        '',  0",
    "e0 80 af,     '',  0",
    "61 ed a0 80,  a,   1",
    "f4 90 80 80,  '',  0",
    "61 f0 9f 98,  a,   1",
    "c3 b6 e2 82,  \u00f6, 2",
  })
  void refusesWhatIsMalformedAndSaysWhere(String hex, String text, int length) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));

    assertThat(Utf8.decode(bytes)).isEmpty();
    assertThat(Utf8.isValid(bytes)).isFalse();
    assertThat(Utf8.prefix(bytes)).isEqualTo(new Utf8.Prefix(text, length));
  }
}
