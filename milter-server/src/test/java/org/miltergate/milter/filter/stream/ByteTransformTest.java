package org.miltergate.milter.filter.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteTransformTest {
  private static byte[] bytes(String text) {
    return text.replace("\\r", "\r")
        .replace("\\n", "\n")
        .replace("\\0", "\0")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8)
        .replace("\r", "\\r")
        .replace("\n", "\\n")
        .replace("\0", "\\0");
  }

  @ParameterizedTest
  @CsvSource({
    "'',              ''",
    "a,               a\\r\\n",
    "a\\nb,           a\\r\\nb\\r\\n",
    "a\\r\\nb\\r\\n,  a\\r\\nb\\r\\n",
    "a\\rb,           a\\r\\nb\\r\\n",
    "\\r\\r\\n\\n,    \\r\\n\\r\\n\\r\\n",
    "a\\r,            a\\r\\n",
  })
  void makesEveryLineEndCrlf(String before, String after) {
    assertThat(text(ByteTransform.crlf().apply(bytes(before)))).isEqualTo(after);
  }

  @ParameterizedTest
  @CsvSource({
    "12345,              12345",
    "123456,             12345\\r\\n6",
    "12345\\r\\n123456,  12345\\r\\n12345\\r\\n6",
    "1234ü5,             1234\\r\\nü5",
    "12€3,               12€\\r\\n3",
    "1234567890ab,       12345\\r\\n67890\\r\\nab",
  })
  void breaksLongLines(String before, String after) {
    assertThat(text(ByteTransform.maxLineLength(5).apply(bytes(before)))).isEqualTo(after);
  }

  @Test
  void leavesOutNulAndDoublesPercentSigns() {
    assertThat(text(ByteTransform.withoutNul().apply(bytes("a\\0\\0b")))).isEqualTo("ab");
    assertThat(text(ByteTransform.doublePercent().apply(bytes("5% of %s"))))
        .isEqualTo("5%% of %%s");
  }

  @Test
  void makesABodyFitForSmtpHoweverItIsRead() throws IOException {
    String body = "x".repeat(10_000) + "\n\0y\r" + "ü".repeat(20_000);
    String whole;
    try (InputStream in = ByteTransform.fitForSmtp(new ByteArrayInputStream(bytes(body)))) {
      whole = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    StringBuilder single = new StringBuilder();
    try (InputStream in = ByteTransform.fitForSmtp(new ByteArrayInputStream(bytes(body)))) {
      for (int octet = in.read(); octet >= 0; octet = in.read()) {
        single.append((char) octet);
      }
    }

    assertThat(whole.replace("\r\n", "")).isEqualTo("x".repeat(10_000) + "y" + "ü".repeat(20_000));
    assertThat(whole.split("\r\n"))
        .allMatch(line -> line.getBytes(StandardCharsets.UTF_8).length <= 998)
        .noneMatch(line -> line.contains("\r") || line.contains("\n") || line.contains("\0"));
    assertThat(whole).endsWith("\r\n");
    assertThat(single.toString().getBytes(StandardCharsets.ISO_8859_1)).isEqualTo(bytes(whole));
  }

  @Test
  void refusesALimitWithoutRoomForACharacter() {
    assertThatThrownBy(() -> ByteTransform.maxLineLength(3)).hasMessageContaining("limit is 3");
  }
}
