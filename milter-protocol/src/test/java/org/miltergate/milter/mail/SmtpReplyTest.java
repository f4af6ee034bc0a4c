package org.miltergate.milter.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.milter.bytes.Bytes;

class SmtpReplyTest {

  @Test
  void writesEachLineWithItsCode() {
    SmtpReply reply =
        new SmtpReply(
            550, List.of(Bytes.ofLatin1("5.7.1 one"), Bytes.EMPTY, Bytes.ofLatin1("two")));

    assertThat(reply.toBytes()).isEqualTo(Bytes.ofLatin1("550-5.7.1 one\r\n550-\r\n550 two\r\n"));
    assertThat(reply).hasToString("550 5.7.1 one /  / two");
    assertThat(SmtpReply.of(250, "2.0.0 Ok").toBytes())
        .isEqualTo(Bytes.ofLatin1("250 2.0.0 Ok\r\n"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "250, positive",
    "354, none",
    "421, transient closing",
    "450, transient",
    "521, permanent closing",
    "554, permanent",
  })
  void knowsItsClass(int code, String traits) {
    SmtpReply reply = SmtpReply.of(code, "text");

    assertThat(reply.isPositive()).isEqualTo(traits.contains("positive"));
    assertThat(reply.isTransientFailure()).isEqualTo(traits.contains("transient"));
    assertThat(reply.isPermanentFailure()).isEqualTo(traits.contains("permanent"));
    assertThat(reply.closesConnection()).isEqualTo(traits.contains("closing"));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 199, 600, 1550})
  void refusesOtherCodes(int code) {
    assertThatThrownBy(() -> SmtpReply.of(code, "text"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("was " + code);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\rb", "a\nb", "a\0b", "a\r\n250 ok"})
  void refusesTextThatWouldEndALine(String text) {
    assertThatThrownBy(() -> SmtpReply.of(550, text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("CR, LF or NUL");
  }

  @Test
  void refusesAReplyWithoutLines() {
    assertThatThrownBy(() -> new SmtpReply(550, List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
