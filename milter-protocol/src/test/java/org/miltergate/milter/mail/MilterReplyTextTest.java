package org.miltergate.milter.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.MilterReplyText.Good;
import org.miltergate.milter.mail.MilterReplyText.Malformed;
import org.miltergate.milter.mail.MilterReplyText.Octets;
import org.miltergate.milter.mail.MilterReplyText.Repaired;

class MilterReplyTextTest {

  /** Columns: text in Java's escapes, reply. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "550 5.7.1 no                              | 550 5.7.1 no",
        "451 4.7.1 later                           | 451 4.7.1 later",
        "550 no                                    | 550 no",
        "599 odd                                   | 599 odd",
        "421 4.7.0 bye                             | 421 4.7.0 bye",
        "521 5.7.0 bye                             | 521 5.7.0 bye",
        "550-5.7.1 one\\r\\n550-5.7.1 two\\r\\n550 5.7.1 three | 550 5.7.1 one / 5.7.1 two / 5.7.1"
            + " three",
        "421-4.7.0 one\\r\\n421 4.7.0 bye          | 421 4.7.0 one / 4.7.0 bye",
        "550-5.7.1 one\\n550 5.7.1 two             | 550 5.7.1 one / 5.7.1 two",
        "550-5.7.1 one\\r\\n550\\r\\n550 two       | 550 5.7.1 one /  / two",
        "550 5.7.1 100%% spam                      | 550 5.7.1 100% spam",
        "550 5.7.1 a%b%                            | 550 5.7.1 a%b%",
        "550 5.7.1 a%%%b%%%%s                      | 550 5.7.1 a%%b%%s",
        "550 7 days                                | 550 7 days",
        "550 4.7 is a number                       | 550 4.7 is a number",
        "550 4.7.1.2 is an address                 | 550 4.7.1.2 is an address",
        "550 1.2.3 is no status                    | 550 1.2.3 is no status",
        "550 5.7.1 tab\\there                      | 550 5.7.1 tab\there",
      })
  void takesGoodTextAsItIs(String text, String reply) {
    MilterReplyText result = MilterReplyText.parse(latin1(text));

    assertThat(result).isInstanceOf(Good.class);
    assertThat(((Good) result).reply()).hasToString(reply.replace("\\t", "\t"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "550                         | no text            | 550 5.7.1 Command rejected",
        "'550 '                      | no text            | 550 5.7.1 Command rejected",
        "550-                        | no text            | 550 5.7.1 Command rejected",
        "554                         | no text            | 554 5.7.1 Command rejected",
        "450                         | no text            | 450 4.7.1 Service unavailable - try"
            + " again later",
        "421                         | no text            | 421 4.7.0 Server closing connection",
        "550-\\r\\n550               | no text            | 550 5.7.1 Command rejected",
        "550 5.7.1 no\\r\\n          | line end           | 550 5.7.1 no",
        "550 5.7.1 no\\n\\r\\n       | line end           | 550 5.7.1 no",
        "550 4.7.1 mismatch          | class-mismatch     | 550 mismatch",
        "450 5.7.1 mismatch          | class-mismatch     | 450 mismatch",
        "550 2.0.0  fine             | class-mismatch     | 550 fine",
        "550 4.7.1                   | class-mismatch     | 550 5.7.1 Command rejected",
        "550-5.7.1 a\\r\\n550 4.7.1 b | class-mismatch    | 550 5.7.1 a / b",
        "550 5.7.1 a\\rb\\007c\\177  | control character  | 550 5.7.1 abc",
        "550 5.7.1 J\\366rg          | 8-bit octet        | 550 5.7.1 J?rg",
      })
  void repairsWhatCanBe(String text, String why, String reply) {
    MilterReplyText result = MilterReplyText.parse(latin1(text));

    assertThat(result).isInstanceOf(Repaired.class);
    assertThat(((Repaired) result).reply()).hasToString(reply);
    assertThat(((Repaired) result).why()).contains(why);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "''                              | bad-code    | 451 4.7.1",
        "250 2.0.0 ok                    | bad-code    | 451 4.7.1",
        "354 go on                       | bad-code    | 451 4.7.1",
        "5x0 5.7.1 bad                   | bad-code    | 550 5.7.1",
        "55                              | bad-code    | 550 5.7.1",
        "600 6.0.0 bad                   | bad-code    | 451 4.7.1",
        "' 550 5.7.1 bad'                | bad-code    | 451 4.7.1",
        "no                              | bad-code    | 451 4.7.1",
        "\\r\\n550 no                    | bad-code    | 451 4.7.1",
        "5500 no                         | bad-line    | 550 5.7.1",
        "450\\tno                        | bad-line    | 451 4.7.1",
        "550-5.7.1 a\\r\\n551 5.7.1 b    | mixed-codes | 550 5.7.1",
        "450 4.7.1 a\\r\\n250 ok         | mixed-codes | 451 4.7.1",
        "550 5.7.1 a\\r\\nQUIT           | bad-line    | 550 5.7.1",
        "550 x\\n\\n550 y                | bad-line    | 550 5.7.1",
        "550-5.7.1 a\\r\\n55             | bad-line    | 550 5.7.1",
        "550-5.7.1 a\\r\\n 550 5.7.1 b   | bad-line    | 550 5.7.1",
      })
  void refusesWhatIsNoReplyAndKeepsItsClass(String text, String error, String inPlace) {
    MilterReplyText result = MilterReplyText.parse(latin1(text));

    assertThat(result).isInstanceOf(Malformed.class);
    assertThat(((Malformed) result).error()).isEqualTo(error);
    assertThat(StandardReplies.inPlaceOf(latin1(text)).toString()).startsWith(inPlace);
  }

  @Test
  void cutsLinesAt512BytesWithCodeAndLineEnd() {
    Bytes fits = Bytes.ofLatin1("550 " + "x".repeat(506));
    Bytes long1 = Bytes.ofLatin1("550 " + "x".repeat(507));

    assertThat(MilterReplyText.parse(fits)).isInstanceOf(Good.class);
    Repaired cut = (Repaired) MilterReplyText.parse(long1);
    assertThat(cut.reply().toBytes().length()).isEqualTo(512);
    assertThat(cut.why()).contains("512");
  }

  @Test
  void keepsUtf8ForAClientThatTakesItAndCutsNoCharacter() {
    Bytes text = Bytes.ofUtf8("550 5.7.1 J\u00f6rg");
    Bytes over = Bytes.ofUtf8("550 x" + "\u00f6".repeat(300));

    assertThat(MilterReplyText.parse(text, Octets.UTF_8))
        .isEqualTo(new Good(SmtpReply.of(550, "5.7.1 J\u00f6rg")));
    assertThat(((Repaired) MilterReplyText.parse(text, Octets.ASCII)).reply())
        .hasToString("550 5.7.1 J??rg");
    assertThat(((Repaired) MilterReplyText.parse(latin1("550 J\\366rg"), Octets.UTF_8)).reply())
        .hasToString("550 J?rg");
    Bytes control = Bytes.ofUtf8("550 a\u0085b\u009f\u00a0c\u0080");
    assertThat(((Repaired) MilterReplyText.parse(control, Octets.UTF_8)).reply())
        .hasToString("550 ab\u00a0c");
    assertThat(((Repaired) MilterReplyText.parse(over, Octets.UTF_8)).reply())
        .hasToString("550 x" + "\u00f6".repeat(252));
  }

  @Test
  void keepsTheFirstHundredLines() {
    Bytes text = Bytes.ofLatin1("550-a\r\n".repeat(250_000) + "550 z");

    Repaired result = (Repaired) MilterReplyText.parse(text);

    assertThat(result.reply().lines()).hasSize(100);
  }

  /** Whatever a milter sends, the client gets one reply of a failure and nothing else. */
  @Test
  void nothingButWholeLinesOfOneFailureComesOut() {
    Random random = new Random(12);
    String pieces = "5 0 550-550 \r\n%%\0\r\n4.7.1 5.7.1\t\u00ff";
    for (int i = 0; i < 50_000; i++) {
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "550" : "450-");
      for (int left = random.nextInt(10); left > 0; left--) {
        int from = random.nextInt(pieces.length());
        text.append(pieces, from, from + random.nextInt(Math.min(6, pieces.length() - from) + 1));
      }
      SmtpReply reply =
          switch (MilterReplyText.parse(Bytes.ofLatin1(text.toString()))) {
            case Good(SmtpReply good) -> good;
            case Repaired(SmtpReply repaired, String why) -> repaired;
            case Malformed malformed -> StandardReplies.REJECT;
          };
      assertThat(reply.toBytes().toString())
          .matches("(?:(\\d{3})-[ -~\t]*\r\n)*[45]\\d\\d [ -~\t]*\r\n");
    }
  }

  private static Bytes latin1(String escaped) {
    return Bytes.ofLatin1(escaped.translateEscapes());
  }
}
