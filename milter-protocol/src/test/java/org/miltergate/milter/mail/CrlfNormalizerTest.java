package org.miltergate.milter.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.milter.bytes.Bytes;

class CrlfNormalizerTest {

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource({
    "'', ''",
    "a, a\\r\\n",
    "a\\r\\n, a\\r\\n",
    "a\\n, a\\r\\n",
    "a\\r, a\\r\\n",
    "a\\nb, a\\r\\nb\\r\\n",
    "a\\rb\\r\\nc\\nd, a\\r\\nb\\r\\nc\\r\\nd\\r\\n",
    "\\r\\r\\n\\n\\r, \\r\\n\\r\\n\\r\\n\\r\\n",
    "\\n\\n, \\r\\n\\r\\n",
    "\\r\\r, \\r\\n\\r\\n",
    "a\\r\\r\\nb, a\\r\\n\\r\\nb\\r\\n",
    "\\0\\377., \\0\\377.\\r\\n",
  })
  void makesEveryLineEndCrlfWhereverItIsCut(String in, String out) throws Exception {
    byte[] data = Bytes.ofLatin1(in.translateEscapes()).toArray();
    for (int first = 0; first <= data.length; first++) {
      for (int second = first; second <= data.length; second++) {
        assertThat(normalized(data, first, second))
            .isEqualTo(Bytes.ofLatin1(out.translateEscapes()));
      }
    }
  }

  private static Bytes normalized(byte[] data, int first, int second) throws Exception {
    ByteArrayOutputStream target = new ByteArrayOutputStream();
    CrlfNormalizer normalizer = new CrlfNormalizer(target);
    normalizer.write(data, 0, first);
    normalizer.write(Bytes.copyOf(data, first, second - first));
    normalizer.write(data, second, data.length - second);
    normalizer.finish();
    normalizer.finish();
    return Bytes.copyOf(target.toByteArray());
  }

  @Test
  void hasNoBareLineEndsForEveryInputAndLeavesItsOwnOutputAlone() throws Exception {
    MessageGenerator generator = new MessageGenerator(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] data = generator.message().toArray();

      Bytes once = normalized(data, data.length / 3, data.length / 2);

      String text = once.toString();
      assertThat(text.replace("\r\n", "")).doesNotContain("\r", "\n");
      assertThat(text.isEmpty() || text.endsWith("\r\n")).isTrue();
      assertThat(normalized(once.toArray(), 0, once.length() / 2)).isEqualTo(once);
    }
  }
}
