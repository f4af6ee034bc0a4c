package org.miltergate.milter.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long a piece of a new body is, before it has come. */
class BodyLengthTest {
  private static final long UNKNOWN_YET = Long.MAX_VALUE;

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "'',           -1",
    "000004,       -1",
    "00000400,     -1",
    "0000000062,   -1",
    "0000000162,    0",
    "000000056261,  4",
    "0000040162,    1024",
    "ffffffff62,    4294967294",
    "ffffffff68,   -1",
    "00000401,      unknown",
    "ffffffff,      unknown",
  })
  void isReadFromTheFirstFiveBytes(String hex, String length) {
    ByteBuffer in = ByteBuffer.wrap(HexFormat.of().parseHex("aa" + hex)).position(1);

    assertThat(new ReplyDecoder(1024, Strictness.LENIENT).bodyLength(in))
        .isEqualTo(length.equals("unknown") ? UNKNOWN_YET : Long.parseLong(length));
    assertThat(in.position()).isEqualTo(1);
  }
}
