package org.miltergate.milter.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.milter.bytes.Bytes;

class HeaderFieldTest {

  /** Columns: field, name, value, value with leading space; in Java's escapes. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "Subject: x\\r\\n;Subject;x; x",
        "Subject:x\\r\\n;Subject;x;x",
        "SUBJECT:  x \\r\\n;SUBJECT;' x ';'  x '",
        "Subject:\\tx\\r\\n;Subject;\\tx;\\tx",
        "X-W : v\\r\\n;X-W;v; v",
        "X-W \\t : v\\r\\n;X-W;v; v",
        "X-E:\\r\\n;X-E;'';''",
        "X-E: \\r\\n;X-E;'';' '",
        "X-E:;X-E;'';''",
        "X-F: a\\r\\n\\tb\\r\\n  c\\r\\n;X-F;a\\n\\tb\\n  c; a\\n\\tb\\n  c",
        "X-F: a\\n b\\n;X-F;a\\n b; a\\n b",
        "X-F:\\r\\n b\\r\\n;X-F;\\n b;\\n b",
        "X-F: a\\r\\r\\n b\\r\\r\\n;X-F;a\\n b; a\\n b",
        "X-F: a\\r\\n \\r\\n;X-F;'a\\n ';' a\\n '",
        "X-R: a\\rb\\r\\n;X-R;a\\rb; a\\rb",
        "X-R: a\\rb\\r\\n c\\rd\\r\\n;X-R;a\\rb\\n c\\rd; a\\rb\\n c\\rd",
        "X-0: a\\0b\\0\\r\\n;X-0;ab; ab",
        "X-8: \\344\\377\\r\\n;X-8;\\344\\377; \\344\\377",
        "X-C: a:b\\r\\n;X-C;a:b; a:b",
        "X-T: unterminated;X-T;unterminated; unterminated",
        "From joe Mon:1\\r\\n;X-Mailbox-Line;From joe Mon:1; From joe Mon:1",
        ">From joe\\r\\n;X-Mailbox-Line;>From joe; >From joe",
        "From : joe\\r\\n;From;joe; joe",
      })
  void showsMiltersNameAndValueAndKeepsTheBytes(
      String raw, String name, String value, String withSpace) {
    HeaderField field = HeaderField.ofRaw(latin1(raw));

    assertThat(field.name()).isEqualTo(latin1(name));
    assertThat(field.milterValue()).isEqualTo(latin1(value));
    assertThat(field.milterValueWithLeadingSpace()).isEqualTo(latin1(withSpace));
    assertThat(field.raw()).isEqualTo(latin1(raw));
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "",
        "no colon",
        ": x",
        "two words: x",
        " fold: x",
        "\u00e4: x",
        "A: 1\r\nB: 2\r\n"
      })
  void refusesWhatIsNotOneField(String raw) {
    assertThatThrownBy(() -> HeaderField.ofRaw(Bytes.ofLatin1(raw)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"", " ", "a b", "a:", "a\r\nb", "a\n", "a\0", "\u007f", "\u00e4", "\t"})
  void refusesToBuildAFieldWithABadName(String name) {
    assertThat(HeaderField.isValidName(Bytes.ofLatin1(name))).isFalse();
    assertThatThrownBy(() -> HeaderField.of(Bytes.ofLatin1(name), Bytes.EMPTY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("printable ASCII");
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"a", "X-A", "!#$%&'*+-./;<=>?@[\\]^_`{|}~", "0"})
  void takesEveryPrintableNameButTheColon(String name) {
    assertThat(HeaderField.of(Bytes.ofLatin1(name), Bytes.EMPTY).raw())
        .isEqualTo(Bytes.ofLatin1(name + ":\r\n"));
  }

  /** A milter could otherwise end the header, or forge a field of it. */
  @Test
  void everyBuiltFieldIsOneFieldAgain() throws Exception {
    MessageGenerator generator = new MessageGenerator(99);
    Bytes name = Bytes.ofLatin1("X-A");
    for (int i = 0; i < 20_000; i++) {
      HeaderField built = HeaderField.of(name, generator.message());

      MessageContent read = Messages.parse(built.raw(), List.of());

      assertThat(read.header().fields()).containsExactly(built);
      assertThat(read.body().length()).isZero();
    }
  }

  @Test
  void comparesNamesWithoutCase() {
    HeaderField field = HeaderField.ofRaw(latin1("X-Spam : yes\\r\\n"));

    assertThat(field.isNamed(Bytes.ofLatin1("x-SPAM"))).isTrue();
    assertThat(field.isNamed(Bytes.ofLatin1("X-Spa"))).isFalse();
    assertThat(field).isEqualTo(HeaderField.ofRaw(latin1("X-Spam : yes\\r\\n")));
    assertThat(field).isNotEqualTo(HeaderField.ofRaw(latin1("X-Spam: yes\\r\\n")));
  }

  private static Bytes latin1(String escaped) {
    return Bytes.ofLatin1(escaped.translateEscapes());
  }
}
