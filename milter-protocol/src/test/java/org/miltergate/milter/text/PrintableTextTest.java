package org.miltergate.milter.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrintableTextTest {
  @ParameterizedTest
  @ValueSource(
      ints = {
        0x00,
        0x09,
        0x0a,
        0x0d,
        0x1b,
        0x7f,
        0x85,
        0x9b, // control
        0xad,
        0x200b,
        0x200d,
        0x200e,
        0x200f,
        0x2060,
        0xfeff,
        0xe0041, // format
        0x202a,
        0x202b,
        0x202c,
        0x202d,
        0x202e,
        0x2066,
        0x2067,
        0x2068,
        0x2069,
        0x61c, // bidi
        0x2028,
        0x2029, // separators
        0xd800,
        0xdfff, // halves of a pair
        0xe000,
        0xffff,
        0x10ffff // private use and unassigned
      })
  void replacesWhatBreaksOrReordersALine(int codePoint) {
    String text = "a" + Character.toString(codePoint) + "b";

    assertThat(PrintableText.of(text)).isEqualTo("a?b");
  }

  @Test
  void leavesAllOtherTextUnchanged() {
    String text = " !\"~ é ß 日本語 שלום عربى 😀 \u00a0\u3000";

    assertThat(PrintableText.of(text)).isSameAs(text);
  }
}
