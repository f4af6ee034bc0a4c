package org.miltergate.milter.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSearchTest {
  private static final byte CR = '\r';
  private static final byte LF = '\n';

  @ParameterizedTest(name = "{0}")
  @ValueSource(bytes = {CR, LF, '.', 0, 1, 0x7f, (byte) 0x80, (byte) 0x8d, (byte) 0xff})
  void findsEachByteAtEachPlace(byte value) {
    for (int place = 0; place < 20; place++) {
      byte[] data = new byte[20];
      Arrays.fill(data, (byte) (value + 1));
      data[place] = value;
      for (int from = 0; from < 20; from++) {
        int expected = from <= place ? place : 20;

        assertThat(ByteSearch.indexOf(value, data, from, 20)).isEqualTo(expected);
      }
    }
  }

  @Test
  void findsWhatALookAtEachByteFinds() {
    Random random = new Random(20_240_601);
    for (int round = 0; round < 20_000; round++) {
      byte[] data = new byte[random.nextInt(40)];
      for (int i = 0; i < data.length; i++) {
        // Neighbours of what is looked for, in value and in its high bit.
        data[i] =
            (byte)
                (8 + random.nextInt(random.nextInt(20) + 1) + (random.nextInt(4) == 0 ? 0x80 : 0));
      }
      int from = random.nextInt(data.length + 1);
      int to = from + random.nextInt(data.length - from + 1);

      assertThat(ByteSearch.indexOf(CR, data, from, to)).isEqualTo(slowly(data, from, to, CR, CR));
      assertThat(ByteSearch.indexOfLineEnd(data, from, to))
          .isEqualTo(slowly(data, from, to, CR, LF));
    }
  }

  private static int slowly(byte[] data, int from, int to, byte one, byte other) {
    for (int i = from; i < to; i++) {
      if (data[i] == one || data[i] == other) {
        return i;
      }
    }
    return to;
  }

  @Test
  void looksAtNothingOutsideTheRange() {
    byte[] data = {'.', 'a', 'b', '.'};

    assertThat(ByteSearch.indexOf((byte) '.', data, 1, 3)).isEqualTo(3);
    assertThat(ByteSearch.indexOfLineEnd(data, 1, 1)).isEqualTo(1);
    assertThatThrownBy(() -> ByteSearch.indexOf(LF, data, 1, 5))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
