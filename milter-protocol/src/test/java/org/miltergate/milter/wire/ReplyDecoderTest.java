package org.miltergate.milter.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.milter.bytes.Bytes;

class ReplyDecoderTest {
  private static final ReplyDecoder STRICT = Codec.replies(Strictness.STRICT);
  private static final ReplyDecoder LENIENT = Codec.replies(Strictness.LENIENT);

  private static ByteBuffer frame(String payload) {
    return ByteBuffer.allocate(4 + payload.length())
        .putInt(payload.length())
        .put(Bytes.ofLatin1(payload).toBuffer())
        .flip();
  }

  @ParameterizedTest
  @ValueSource(chars = {'p', 'c', 'a', 'r', 't', 'd', 's', '4', 'f'})
  void verdictIsAlwaysTheSameObject(char letter) throws Exception {
    ByteBuffer in = frame(String.valueOf(letter));

    assertThat(STRICT.decode(in)).isSameAs(LENIENT.decode(in.rewind()));
  }

  @Test
  void verdictTakesNoMemory() throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    ByteBuffer in = frame("c");
    long thread = Thread.currentThread().threadId();
    threads.getThreadAllocatedBytes(thread);
    STRICT.decode(in);

    long before = threads.getThreadAllocatedBytes(thread);
    for (int i = 0; i < 10_000; i++) {
      STRICT.decode(in.rewind());
    }

    assertThat(threads.getThreadAllocatedBytes(thread) - before).isLessThan(10_000);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "78           | unknown reply code 0x78",
        "f8           | unknown reply code 0xf8",
        "637800       | reply 'c': payload has 2 bytes left over",
        "6d000001     | reply 'm': payload has 3 bytes left, index needs 4",
        "6d0000000158 | reply 'm': name has no terminating NUL",
        "6d000000015800   | reply 'm': value has no terminating NUL",
        "6d0000000158004100ff00 | reply 'm': payload has 2 bytes left over",
        "326100620063 | reply '2': payload has 1 bytes left over",
        "4f00000006   | reply 'O': payload has 0 bytes left, actions needs 4",
        "4f00000006000000000000000000000001 | reply 'O': macro list has no terminating NUL",
      })
  void failureNamesLetterAndField(String hex, String message) {
    String payload = Bytes.copyOf(HexFormat.of().parseHex(hex)).toString();

    for (ReplyDecoder decoder : new ReplyDecoder[] {STRICT, LENIENT}) {
      ByteBuffer in = frame(payload);
      assertThatThrownBy(() -> decoder.decode(in))
          .isInstanceOf(MalformedPacketException.class)
          .hasMessage(message);
      assertThat(in.position()).isZero();
    }
  }

  /** A text as it may end; {@code ~} is NUL. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "550 no~,           550 no",
    "550 no,            550 no",
    "550 no~~,          550 no",
    "550 no~x,          550 no",
    "550 no~550 other~, 550 no",
    "'',                ''",
    "~,                 ''",
    "~x,                ''",
    "250 x,             250 x",
  })
  void lenientTakesATextHoweverItEnds(String payload, String text) throws Exception {
    String bytes = payload.replace('~', '\0');

    assertThat(LENIENT.decode(frame("y" + bytes)))
        .contains(new Reply.ReplyCode(Bytes.ofLatin1(text)));
    assertThat(LENIENT.decode(frame("q" + bytes)))
        .contains(new Reply.Quarantine(Bytes.ofLatin1(text)));
    boolean isStrict = payload.indexOf('~') == payload.length() - 1 && !payload.isEmpty();
    if (!isStrict) {
      assertThatThrownBy(() -> STRICT.decode(frame("q" + bytes)))
          .isInstanceOf(MalformedPacketException.class);
      assertThatThrownBy(() -> STRICT.decode(frame("y" + bytes)))
          .isInstanceOf(MalformedPacketException.class);
    }
  }

  @Test
  void keepsNoMoreMacroListsThanThereMayBe() throws Exception {
    String lists = "\0\0\0\5i\0".repeat(170_000);

    Reply decoded = STRICT.decode(frame("O" + "\0".repeat(12) + lists)).orElseThrow();

    assertThat(decoded)
        .isInstanceOfSatisfying(
            Reply.Negotiate.class,
            negotiate ->
                assertThat(negotiate.wish().macroLists()).hasSize(Negotiation.MAX_MACRO_LISTS));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "250 ok                 | BAD_CODE | line 1 of text must begin with a code of 400 to 599",
        "6x0 no                 | BAD_CODE | line 1 of text must begin with a code of 400 to 599",
        "''                     | BAD_CODE | line 1 of text must begin with a code of 400 to 599",
        "550                    | BAD_LINE | line 1 of text must have ' ' after its code",
        "550-no                 | BAD_LINE | line 1 of text must have ' ' after its code",
        "550 a\\r\\n550 b       | BAD_LINE | line 1 of text must have '-' after its code",
        "550-a\\n550 b          | BAD_LINE | line 1 of text ends with LF, must end with CRLF",
        "550-a\\r\\n            | BAD_LINE | line 2 of text has no code",
        "550-a\\r\\nQUIT        | BAD_LINE | line 2 of text has no code",
        "550 a\\rb              | BAD_LINE | line 1 of text holds CR",
        "550-a\\r\\n551 b       | MIXED_CODES | line 2 of text has another code than line 1",
        "550 4.7.1 no           | CLASS_MISMATCH | enhanced status code of another class",
        "450-4.7.1 a\\r\\n450 5.7.1 b | CLASS_MISMATCH | line 2 of text has an enhanced",
      })
  void strictRefusesAReplyTextThatBreaksTheDialogue(
      String text, MalformedPacketException.Kind kind, String message) {
    String payload = "y" + text.replace("\\r", "\r").replace("\\n", "\n") + "\0";

    assertThatThrownBy(() -> STRICT.decode(frame(payload)))
        .isInstanceOfSatisfying(
            MalformedPacketException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageStartingWith("reply 'y': ")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "550 ",
        "550 7 days",
        "550 4.7 is no status code",
        "550 45.7.1 is none",
        "550 4.7.1234 is none",
        "450 4.7.1",
        "450-4.7.1 a\r\n450-\r\n450 b",
      })
  void strictTakesAReplyTextThatKeepsToTheRules(String text) throws Exception {
    assertThat(STRICT.decode(frame("y" + text + "\0")))
        .contains(new Reply.ReplyCode(Bytes.ofLatin1(text)));
  }

  @Test
  void unsignedIndexIsKept() throws Exception {
    Reply decoded = STRICT.decode(frame("i\u00ff\u00ff\u00ff\u00feX\0y\0")).orElseThrow();

    assertThat(decoded)
        .isInstanceOfSatisfying(
            Reply.InsertHeader.class,
            insert -> assertThat(Integer.toUnsignedLong(insert.index())).isEqualTo(4294967294L));
  }
}
