package org.miltergate.gateway.relay.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.milter.bytes.Bytes;

class DotStufferTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "'', '.\r\n'",
    "'.', '..\r\n.\r\n'",
    "'.\r\n', '..\r\n.\r\n'",
    "'a\r\n', 'a\r\n.\r\n'",
    "'a', 'a\r\n.\r\n'",
    "'a\r', 'a\r\r\n.\r\n'",
    "'a\n', 'a\n\r\n.\r\n'",
    "'a\r\n.b\r\n..c\r\n', 'a\r\n..b\r\n...c\r\n.\r\n'",
    "'a.\r\n.', 'a.\r\n..\r\n.\r\n'",
    "'\r\n', '\r\n.\r\n'",
    "'\n.\n', '\n..\n\r\n.\r\n'",
    "'\r.\r', '\r..\r\r\n.\r\n'",
  })
  void stuffsAndEndsMessages(String message, String sent) throws Exception {
    assertThat(stuff(message, 1)).isEqualTo(sent);
    assertThat(stuff(message, 100)).isEqualTo(sent);
  }

  @Test
  void unstuffedItIsTheSameWhateverTheBlocks() throws Exception {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 200; i++) {
      StringBuilder message = new StringBuilder();
      for (int lines = random.nextInt(20_000); lines > 0; lines--) {
        message.append(".".repeat(random.nextInt(3))).append("x".repeat(random.nextInt(4)));
        message.append("\r\n");
      }

      String sent = stuff(message.toString(), 1 + random.nextInt(200_000));

      assertThat(sent).endsWith(".\r\n");
      String content = sent.substring(0, sent.length() - 3);
      assertThat(("\r\n" + content).replace("\r\n.", "\r\n").substring(2))
          .isEqualTo(message.toString());
      assertThat("\r\n" + content).doesNotContain("\r\n.\r\n");
    }
  }

  @Test
  void nothingInsideLooksLikeTheEndToALenientServer() throws Exception {
    SplittableRandom random = new SplittableRandom(8);
    String alphabet = "\r\n..x";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder message = new StringBuilder();
      for (int j = random.nextInt(12); j > 0; j--) {
        message.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }

      String sent = "\r\n" + stuff(message.toString(), 1 + random.nextInt(5));

      String inside = sent.substring(0, sent.length() - ".\r\n".length());
      assertThat(inside).doesNotMatch("(?s).*[\\r\\n]\\.[\\r\\n].*");
    }
  }

  private static String stuff(String message, int piece) throws IOException {
    String sent = stuff(message, piece, DotStuffer.BLOCK_BYTES);
    assertThat(stuff(message, piece, 0)).as("expected too short").isEqualTo(sent);
    assertThat(stuff(message, piece, message.length())).isEqualTo(sent);
    return sent;
  }

  private static String stuff(String message, int piece, long expectedBytes) throws IOException {
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    DotStuffer stuffer =
        new DotStuffer(
            block -> {
              assertThat(block.remaining()).isLessThanOrEqualTo(DotStuffer.BLOCK_BYTES);
              byte[] bytes = new byte[block.remaining()];
              block.get(bytes);
              sent.writeBytes(bytes);
            },
            expectedBytes);
    byte[] bytes = Bytes.ofLatin1(message).toArray();
    for (int at = 0; at < bytes.length; at += piece) {
      stuffer.write(bytes, at, Math.min(piece, bytes.length - at));
    }
    stuffer.finishWithDot();
    return Bytes.copyOf(sent.toByteArray()).toString();
  }
}
