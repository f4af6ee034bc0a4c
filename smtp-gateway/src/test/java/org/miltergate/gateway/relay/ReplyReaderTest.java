package org.miltergate.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.milter.transport.MilterConnection;

class ReplyReaderTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "'250 2.1.0 Ok\r\n', 250 2.1.0 Ok",
    "'250 Ok\n', 250 Ok",
    "'250\r\n', '250 '",
    "'250 \r\n', '250 '",
    "'250-a\r\n250-\r\n250 c\r\n', 250 a /  / c",
    "'250-a\r\n250\r\n', '250 a / '",
    "'599 x\r\n', 599 x",
  })
  void readsReplies(String text, String expected) throws Exception {
    for (int piece = 1; piece <= text.length(); piece++) {
      assertThat(reader(text, piece).read().toString()).isEqualTo(expected);
    }
  }

  @Test
  void readsOneAfterTheOther() throws Exception {
    ReplyReader reader = reader("250 a\r\n354 b\r\n550-c\r\n550 d\r\n", 7);

    assertThat(reader.read().code()).isEqualTo(250);
    assertThat(reader.read().code()).isEqualTo(354);
    SmtpReply last = reader.read();
    assertThat(last.code()).isEqualTo(550);
    assertThat(last.lines()).hasSize(2);
    assertThatThrownBy(reader::read).isInstanceOf(EOFException.class);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "hello\r\n",
        "\r\n",
        "25 x\r\n",
        "2500 x\r\n",
        "199 x\r\n",
        "600 x\r\n",
        "2a0 x\r\n",
        "250_x\r\n",
        "250-a\r\n251 b\r\n",
        "250 a\rb\r\n",
        "250 a\0b\r\n",
        " 250 x\r\n",
        "250-a\r\nb\r\n",
        "\u00e9\u00e9\u00e9 x\r\n"
      })
  void refusesWhatIsNoReply(String text) {
    assertThatThrownBy(() -> reader(text, 3).read()).isInstanceOf(MalformedReplyException.class);
  }

  @Test
  void keepsItsLimits() throws Exception {
    String line = "250 " + "x".repeat(ReplyReader.MAX_LINE_BYTES - 5);

    assertThat(reader(line + "\r\n", 1000).read().code()).isEqualTo(250);
    assertThatThrownBy(() -> reader(line + "xx\r\n", 1000).read())
        .hasMessage("line of a reply is longer than 2048 bytes");
    assertThatThrownBy(() -> reader("250-x\r\n".repeat(101), 1000).read())
        .hasMessage("reply has more than 100 lines");
  }

  @Test
  void neverThrowsAnythingElse() {
    SplittableRandom random = new SplittableRandom(42);
    String alphabet = "2345 -\r\n\0ax";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int j = random.nextInt(30); j > 0; j--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      try {
        reader(text.toString(), 1 + random.nextInt(10)).read();
      } catch (MalformedReplyException | EOFException expected) {
        // the only ways to refuse
      } catch (IOException e) {
        throw new AssertionError(text.toString(), e);
      }
    }
  }

  @Test
  void noticesWhatNobodyAskedFor() throws Exception {
    assertThat(reader("250 x\r\n", 10).hasStrayInput()).isTrue();
    assertThat(reader("", 10).hasStrayInput()).isTrue(); // the end
    ReplyReader behindReply = reader("250 x\r\n250 y\r\n", 100);
    behindReply.read();
    assertThat(behindReply.hasStrayInput()).isTrue();
  }

  private static ReplyReader reader(String text, int piece) {
    return new ReplyReader(new FixedInput(Bytes.ofLatin1(text), piece));
  }

  /** Gives its bytes in pieces, then the end of the stream. */
  private static final class FixedInput implements MilterConnection {
    private final ByteBuffer input;
    private final int piece;

    FixedInput(Bytes input, int piece) {
      this.input = input.toBuffer();
      this.piece = piece;
    }

    @Override
    public int read(ByteBuffer target) {
      if (!input.hasRemaining()) {
        return -1;
      }
      int count = Math.min(piece, Math.min(input.remaining(), target.remaining()));
      target.put(input.slice(input.position(), count));
      input.position(input.position() + count);
      return count;
    }

    @Override
    public int readNow(ByteBuffer target) {
      return read(target);
    }

    @Override
    public void write(ByteBuffer... sources) {
      throw new AssertionError("nothing to write");
    }

    @Override
    public void close() {}
  }
}
