package org.miltergate.milter.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.milter.bytes.Bytes;

class MacrosTest {

  /** Columns: value as set, value as sent; in Java's escapes. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "a b,a b",
        "<a\\n\\tx@b>,<a\\tx@b>",
        "\\r\\n <a@b>, <a@b>",
        "a\\r\\n \\r\\n b,a  b",
        "a\\nb,a b",
        "a\\rb\\r\\n,a b ",
        "\\344\\n,\\344 ",
        "'',''",
      })
  void valuesAreOneLine(String set, String sent) {
    Macros macros = new Macros();

    macros.set("{m}", Bytes.ofLatin1(set.translateEscapes()));

    assertThat(macros.get("m")).hasValue(Bytes.ofLatin1(sent.translateEscapes()));
  }

  @Test
  void refusesAValueThatCannotBeSent() {
    assertThatThrownBy(() -> new Macros().set("m", Bytes.ofLatin1("a\0b")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
