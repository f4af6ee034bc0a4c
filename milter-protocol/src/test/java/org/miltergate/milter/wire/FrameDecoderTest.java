package org.miltergate.milter.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.milter.bytes.Bytes;

class FrameDecoderTest {
  private static final FrameDecoder DECODER = new FrameDecoder(1024);

  private static ByteBuffer hex(String text) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(text));
  }

  @Test
  void cutsFramesAndLeavesTheRest() throws Exception {
    ByteBuffer in = hex("00000003" + "780a00" + "00000001" + "63" + "0000");

    assertThat(DECODER.decode(in))
        .contains(new Frame((byte) 'x', Bytes.copyOf(new byte[] {'\n', 0})));
    assertThat(DECODER.decode(in)).contains(new Frame((byte) 'c', Bytes.EMPTY));
    assertThat(DECODER.decode(in)).isEmpty();
    assertThat(in.remaining()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "00", "000000", "00000002", "0000000263"})
  void consumesNothingOfAnIncompleteFrame(String hex) throws Exception {
    ByteBuffer in = hex(hex);

    assertThat(DECODER.decode(in)).isEmpty();
    assertThat(in.position()).isZero();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "00000000 | BAD_LENGTH | frame length is 0, must be at least 1",
        "00000401 | TOO_LONG | frame length is 1025 bytes, limit is 1024",
        "10000000 | TOO_LONG | frame length is 268435456 bytes, limit is 1024",
        "ffffffff | TOO_LONG | frame length is 4294967295 bytes, limit is 1024",
      })
  void refusesABadLengthBeforeTheRestIsThere(
      String hex, MalformedPacketException.Kind kind, String message) {
    ByteBuffer in = hex(hex);

    assertThatThrownBy(() -> DECODER.decode(in))
        .isInstanceOfSatisfying(
            MalformedPacketException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessage(message);
    assertThat(in.position()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1 400 Bad Request", "220 mx.test ESMTP", "SSH-2.0", "UNKNOWN"})
  void saysThatAnotherServiceSeemsToAnswer(String greeting) {
    ByteBuffer in = Bytes.ofLatin1(greeting).toBuffer();

    assertThatThrownBy(() -> DECODER.decode(in))
        .isInstanceOfSatisfying(
            MalformedPacketException.class,
            e -> assertThat(e.kind()).isEqualTo(MalformedPacketException.Kind.BAD_LENGTH))
        .hasMessageContaining("limit is 1024")
        .hasMessageEndingWith(
            "; its bytes are the text '%s', so another service seems to answer",
            greeting.substring(0, 4));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "0000 | stream ended inside a frame length, after 2 of 4 bytes",
        "0000000563 | stream ended inside a frame, after 1 of 5 bytes",
        "00000005 | stream ended inside a frame, after 0 of 5 bytes",
      })
  void refusesAnEndInsideAFrame(String hex, String message) {
    assertThatThrownBy(() -> DECODER.end(hex(hex)))
        .isInstanceOfSatisfying(
            MalformedPacketException.class,
            e -> assertThat(e.kind()).isEqualTo(MalformedPacketException.Kind.EOF_IN_PACKET))
        .hasMessage(message);
  }

  @Test
  void takesAnEndBetweenFrames() throws Exception {
    DECODER.end(hex(""));
  }

  @Test
  void readsAnyKindOfBuffer() throws Exception {
    byte[] stream = HexFormat.of().parseHex("ffff" + "000000027801");
    ByteBuffer direct = ByteBuffer.allocateDirect(stream.length).put(stream).flip().position(2);
    ByteBuffer readOnly = ByteBuffer.wrap(stream, 2, 6).slice().asReadOnlyBuffer();
    ByteBuffer littleEndian = ByteBuffer.wrap(stream).position(2).order(ByteOrder.LITTLE_ENDIAN);
    Frame expected = new Frame((byte) 'x', Bytes.copyOf(new byte[] {1}));

    assertThat(DECODER.decode(direct)).contains(expected);
    assertThat(DECODER.decode(readOnly)).contains(expected);
    assertThat(DECODER.decode(littleEndian)).contains(expected);
  }

  @Test
  void hasToTakeAtLeastALetter() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FrameDecoder(0))
        .withMessage("maxFrameBytes is 0, must be above 0");
  }
}
