package org.miltergate.gateway.relay.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.net.ByteStream;

class ReplyReaderTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "'250 2.1.0 Ok\r\n', 250 2.1.0 Ok",
    "'250\r\n', '250 '",
    "'250 \r\n', '250 '",
    "'250-a\r\n250-\r\n250 c\r\n', 250 a /  / c",
    "'250-a\r\n250\r\n', '250 a / '",
    "'599 x\r\n', 599 x",
    // line ends
    "'250 Ok\n', 250 Ok",
    "'250 Ok\r\r\n', 250 Ok",
    "'250-a\n250-b\r\r\r\n250 c\r\n', 250 a / b / c",
    "'250\r\r\n', '250 '",
    // what follows the code
    "'250\tOk\r\n', 250 Ok",
    "'250Ok\r\n', 250 Ok",
    "'250_Ok\r\n', 250 _Ok",
    "'250-\r\n250\r\n', '250  / '",
    "'250\0Ok\r\n', 250 Ok",
    // several codes: the last line decides
    "'250-a\r\n550 b\r\n', 550 a / b",
    "'550-a\r\n250 b\r\n', 250 a / b",
    // lines without a code are text of the reply that has begun
    "'250-a\r\nb\r\n250 c\r\n', 250 a / b / c",
    "'250-a\r\n\r\n250 c\r\n', 250 a /  / c",
    "'250-a\r\n2500 b\r\n250 c\r\n', 250 a / 2500 b / c",
    // characters
    "'250 a\rb\r\n', 250 a?b",
    "'250 a\0b\033[31m\177\r\n', 250 a?b?[31m?",
    "'250 a\tb\r\n', 250 a b",
    "'250 \u00c3\u00a9\r\n', 250 \u00e9",
    "'250 \u00e9\u00ff\r\n', 250 ??",
    "'250 \u00c2\u0085\u00e2\u0080\u00ae\r\n', 250 ??",
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
        " 250 x\r\n",
        "\0250 x\r\n",
        "\u00e9\u00e9\u00e9 x\r\n"
      })
  void refusesALineWithoutACodeAndReadsOnAfterIt(String text) throws Exception {
    ReplyReader reader = reader(text + "251 next\r\n", 3);

    assertThatThrownBy(reader::read).isInstanceOf(MalformedReplyException.class);
    assertThat(reader.unfinished()).isEmpty();
    assertThat(reader.read()).hasToString("251 next");
  }

  @Test
  void keepsTheBeginningOfALongLine() throws Exception {
    ReplyReader reader = reader("250 " + "x".repeat(100_000) + "\r\n251 next\r\n", 1000);

    SmtpReply reply = reader.read();

    assertThat(reply.code()).isEqualTo(250);
    assertThat(reply.lines()).containsExactly(Bytes.ofLatin1("x".repeat(2044)));
    assertThat(reader.read()).hasToString("251 next");
  }

  @Test
  void keepsTheFirstOfManyLines() throws Exception {
    ReplyReader few = reader("250-x\r\n".repeat(10_000) + "550 y\r\n251 next\r\n", 1000);

    assertThat(few.read())
        .extracting(SmtpReply::code, r -> r.lines().size())
        .containsExactly(550, 100);
    assertThat(few.read()).hasToString("251 next");
  }

  @Test
  void keepsSoManyBytesInAll() throws Exception {
    ReplyReader reader =
        reader(("250-" + "x".repeat(2000) + "\r\n").repeat(50) + "250 y\r\n", 1000);

    int kept = reader.read().lines().stream().mapToInt(Bytes::length).sum();

    assertThat(kept).isBetween(14_000, ReplyReader.MAX_KEPT_BYTES);
  }

  @Test
  void doesNotReadForEver() {
    ReplyReader reader = reader("250-x\r\n".repeat(ReplyReader.MAX_BYTES / 7 + 1), 4096);

    assertThatThrownBy(reader::read).hasMessage("reply is longer than 16777216 bytes");
    assertThat(reader.unfinished()).map(SmtpReply::code).contains(250);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "'', ",
    "'25', ",
    "'2500', ",
    "'hello', ",
    "'250', '250 '",
    "'250\r', '250 '",
    "'250 Ok', 250 Ok",
    "'250-Ok', 250 Ok",
    "'250-Ok\r\n', 250 Ok",
    "'250-Ok\r\n550', '550 Ok / '",
    "'250-Ok\r\n55', 250 Ok",
  })
  void knowsWhatCameOfAReplyThatHasNoEnd(String text, @Nullable String expected) {
    ReplyReader reader = reader(text, 3);

    assertThatThrownBy(reader::read).isInstanceOf(EOFException.class);
    assertThat(reader.unfinished().map(SmtpReply::toString))
        .isEqualTo(Optional.ofNullable(expected));
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
        readAll(reader(text.toString(), 1 + random.nextInt(10)));
      } catch (MalformedReplyException | EOFException expected) {
        // the only ways to refuse
      } catch (IOException e) {
        throw new AssertionError(text.toString(), e);
      }
    }
  }

  private static void readAll(ReplyReader reader) throws IOException {
    for (int i = 0; i < 30; i++) {
      try {
        reader.read();
      } catch (EOFException e) {
        reader.unfinished();
        throw e;
      } catch (MalformedReplyException e) {
        reader.unfinished();
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
  private static final class FixedInput implements ByteStream {
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
