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

  /** Columns: field, name, value, value with leading space, bytes kept; in Java's escapes. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "Subject: x\\r\\n;Subject;x; x;Subject: x\\r\\n",
        "Subject:x\\r\\n;Subject;x;x;Subject:x\\r\\n",
        "SUBJECT:  x \\r\\n;SUBJECT;' x ';'  x ';SUBJECT:  x \\r\\n",
        "Subject:\\tx\\r\\n;Subject;\\tx;\\tx;Subject:\\tx\\r\\n",
        "X-W : v\\r\\n;X-W;v; v;X-W: v\\r\\n",
        "X-W \\t :v\\r\\n;X-W;v;v;X-W:v\\r\\n",
        "X-E:\\r\\n;X-E;'';'';X-E:\\r\\n",
        "X-E: \\r\\n;X-E;'';' ';X-E: \\r\\n",
        "X-E:;X-E;'';'';X-E:\\r\\n",
        "X-F: a\\r\\n\\tb\\r\\n"
            + "  c\\r\\n;X-F;a\\n\\tb\\n"
            + "  c; a\\n\\tb\\n"
            + "  c;X-F: a\\r\\n\\tb\\r\\n"
            + "  c\\r\\n",
        "X-F: a\\n b\\n;X-F;a\\n b; a\\n b;X-F: a\\n b\\n",
        "X-F:\\r\\n b\\r\\n;X-F;\\n b;\\n b;X-F:\\r\\n b\\r\\n",
        "X-F: a\\r\\r\\n b\\r\\r\\n;X-F;a\\n b; a\\n b;X-F: a\\r\\n b\\r\\n",
        "X-F: a\\r\\n \\r\\n;X-F;'a\\n ';' a\\n ';X-F: a\\r\\n \\r\\n",
        "X-R: a\\rb\\r\\n;X-R;a b; a b;X-R: a b\\r\\n",
        "X-R: a\\rb\\r\\n c\\rd\\r\\n;X-R;a b\\n c d; a b\\n c d;X-R: a b\\r\\n c d\\r\\n",
        "X-R\\r: a\\r\\n;X-R;a; a;X-R: a\\r\\n",
        "X-0: a\\0b\\0\\r\\n;X-0;a; a;X-0: a\\r\\n",
        "X-0: a\\r\\n"
            + " b\\0c\\r\\n"
            + " d\\r\\n;X-0;a\\n"
            + " b\\n"
            + " d; a\\n"
            + " b\\n"
            + " d;X-0: a\\r\\n"
            + " b\\r\\n"
            + " d\\r\\n",
        "X-8: \\344\\377\\r\\n;X-8;\\344\\377; \\344\\377;X-8: \\344\\377\\r\\n",
        "X-C: a:b\\r\\n;X-C;a:b; a:b;X-C: a:b\\r\\n",
        "X-T: unterminated;X-T;unterminated; unterminated;X-T: unterminated\\r\\n",
        "From joe Mon:1\\r\\n;X-Mailbox-Line;From joe Mon:1; From joe Mon:1;X-Mailbox-Line: From"
            + " joe Mon:1\\r\\n",
        ">From joe\\r\\n;X-Mailbox-Line;>From joe; >From joe;X-Mailbox-Line: >From joe\\r\\n",
        "From : joe\\r\\n;From;joe; joe;From: joe\\r\\n",
      })
  void showsMiltersTheNameAndValueThatItHolds(
      String came, String name, String value, String withSpace, String kept) {
    HeaderField field = HeaderField.ofRaw(latin1(came));

    assertThat(field.name()).isEqualTo(latin1(name));
    assertThat(field.milterValue()).isEqualTo(latin1(value));
    assertThat(field.milterValueWithLeadingSpace()).isEqualTo(latin1(withSpace));
    assertThat(field.raw()).isEqualTo(latin1(kept));
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
        "A: 1\r\nB: 2\r\n",
        "A: 1\r\n\r\n",
        "A: 1\r\n\r",
        "A\0: 1\r\n"
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
      Bytes value = generator.message();
      if (HeaderField.problem(name, value).isPresent()) {
        continue; // many of its line ends become folds, and it is too long then
      }
      HeaderField built = HeaderField.of(name, value);

      MessageContent read = Messages.parse(built.raw(), List.of());

      assertThat(read.header().fields()).containsExactly(built);
      assertThat(read.body().length()).isZero();
    }
  }

  /** Name, value with folds as LF, and a NUL after each fit in 65535 bytes. */
  @Test
  void refusesToBuildAFieldThatFitsInNoPacket() {
    Bytes name = Bytes.ofLatin1("X-A");
    Bytes longest = Bytes.ofLatin1(" ".repeat(65530));
    Bytes tooLong = Bytes.ofLatin1(" ".repeat(65531));
    Bytes tooLongWhenFolded = Bytes.ofLatin1("x" + "\na".repeat(32_765));

    assertThat(HeaderField.problem(name, longest)).isEmpty();
    assertThat(HeaderField.of(name, longest).milterValueWithLeadingSpace()).isEqualTo(longest);
    for (Bytes value : java.util.List.of(tooLong, tooLongWhenFolded)) {
      assertThat(HeaderField.problem(name, value)).hasValue("is longer than 65535 bytes");
      assertThatThrownBy(() -> HeaderField.of(name, value))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("65535");
    }
    assertThatThrownBy(() -> HeaderField.ofRaw(Bytes.ofLatin1("X-A:" + tooLong + "\r\n")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("65535");
  }

  @Test
  void comparesNamesWithoutCase() {
    HeaderField field = HeaderField.ofRaw(latin1("X-Spam : yes\\r\\n"));

    assertThat(field.isNamed(Bytes.ofLatin1("x-SPAM"))).isTrue();
    assertThat(field.isNamed(Bytes.ofLatin1("X-Spa"))).isFalse();
    assertThat(field).isEqualTo(HeaderField.ofRaw(latin1("X-Spam : yes\\r\\n")));
    assertThat(field).isEqualTo(HeaderField.ofRaw(latin1("X-Spam: yes\\r\\n")));
    assertThat(field).isNotEqualTo(HeaderField.ofRaw(latin1("X-SPAM: yes\\r\\n")));
  }

  private static Bytes latin1(String escaped) {
    return Bytes.ofLatin1(escaped.translateEscapes());
  }
}
