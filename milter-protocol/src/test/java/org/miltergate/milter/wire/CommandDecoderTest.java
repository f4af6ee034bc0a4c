package org.miltergate.milter.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandDecoderTest {

  private static ByteBuffer frame(String hex) {
    byte[] payload = HexFormat.of().parseHex(hex);
    return ByteBuffer.allocate(4 + payload.length).putInt(payload.length).put(payload).flip();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "79 | UNKNOWN_CODE | unknown command code 0x79",
        "80 | UNKNOWN_CODE | unknown command code 0x80",
        "51ff | TRAILING_BYTES | command 'Q': payload has 1 bytes left over",
        "42 | EMPTY_BODY | command 'B': body chunk is empty, must have at least 1 byte",
        "44 | SHORT_PAYLOAD | command 'D': payload has 0 bytes left, command letter needs 1",
        "44436a00 | ODD_STRINGS | command 'D': the last macro has a name and no value",
        "43780034 | SHORT_PAYLOAD | command 'C': payload has 0 bytes left, port needs 2",
        "4378003400 | SHORT_PAYLOAD | command 'C': payload has 1 bytes left, port needs 2",
        "437800 | SHORT_PAYLOAD | command 'C': payload has 0 bytes left, address family needs 1",
        "43780035 | BAD_FAMILY | command 'C': address family is 0x35, must be U, L, 4 or 6",
        "437800550019 | TRAILING_BYTES | command 'C': payload has 2 bytes left over",
        "4f0000000600000000000000000000000000 | TRAILING_BYTES | 5 bytes left over",
        "4d3c3e0078 | MISSING_NUL | command 'M': argument has no terminating NUL",
      })
  void failureNamesLetterAndField(String hex, MalformedPacketException.Kind kind, String message) {
    ByteBuffer in = frame(hex);

    assertThatThrownBy(() -> Codec.commands().decode(in))
        .isInstanceOfSatisfying(
            MalformedPacketException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageEndingWith(message);
    assertThat(in.position()).isZero();
  }

  @Test
  void letterLeadsToItsCommandAndBack() {
    for (CommandCode code : CommandCode.values()) {
      assertThat(CommandCode.ofLetter(code.letter())).contains(code);
    }
    assertThat(CommandCode.ofLetter((byte) 'z')).isEmpty();
    assertThat(CommandCode.ofLetter((byte) 0xff)).isEmpty();
  }
}
