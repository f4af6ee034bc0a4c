package org.miltergate.gateway.smtp.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.config.policy.AddressSyntax;
import org.miltergate.milter.bytes.Bytes;

class PathParserTest {
  private static final String PIECES = "<>@@.ab1-_\"\\[]:, \t\u00c3\u00a9\u0001(";

  private static boolean isStrict(String path) {
    return parse(path, AddressSyntax.STRICT).isPresent();
  }

  private static boolean isLenient(String path) {
    return parse(path, AddressSyntax.AS_POSTFIX).isPresent();
  }

  private static Optional<PathParser.Parsed> parse(String path, AddressSyntax syntax) {
    return PathParser.parse(Bytes.ofUtf8(path), syntax);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<a@example.org>",
        "<a.b.c@example.org>",
        "<a+b=c#d!e$f%g&h'i*j/k?l^m_n`o{p|q}r~s-t@example.org>",
        "<\"a b\"@example.org>",
        "<\"\"@example.org>",
        "<\"a@b\\\"c\\\\d\"@example.org>",
        "<@one.example,@two.example:a@example.org>",
        "<a@[192.0.2.1]>",
        "<a@[IPv6:2001:db8::1]>",
        "<a@[IPv6:::]>",
        "<a@[IPv6:::ffff:192.0.2.1]>",
        "<a@[X-tag:any!thing]>",
        "<a@xn--exmple-cua.org>",
        "<caf\u00e9@ex\u00e4mple.org>",
        "<a@1a.example.org>",
        "<a@3com>",
        "<>",
        "<postmaster>",
        "<PostMaster>",
      })
  void strictTakesWhatTheRfcTakes(String path) {
    assertThat(isStrict(path)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " <a@example.org>",
        "a@example.org",
        "<a>",
        "<.a@example.org>",
        "<a.@example.org>",
        "<a..b@example.org>",
        "<\"a\"b@example.org>",
        "<\"a\".b@example.org>",
        "<a b@example.org>",
        "<a@example.org.>",
        "<a@x_y.example.org>",
        "<a@-x.example.org>",
        "<a@x-.example.org>",
        "<a@.example.org>",
        "<a@example..org>",
        "<a@192.0.2.1>",
        "<a@[192.0.2]>",
        "<a@[192.0.2.256]>",
        "<a@[IPv6:2001:db8::1::2]>",
        "<a@[IPv6:2001:db8]>",
        "<a@[-tag-:x]>",
        "<a@[tag:]>",
        "<a@[tag:a b]>",
        "<a@[]>",
        "<@one.example:>",
        "<@one.example a@example.org>",
        "<a@example.org> >",
        "<@:a@example.org>",
        "< a@example.org>",
        "<a@example.org >",
        "<(c)a@example.org>",
        "Name <a@example.org>",
      })
  void strictRefusesWhatTheRfcRefuses(String path) {
    assertThat(parse(path, AddressSyntax.STRICT).filter(p -> p.rest().isEmpty())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " <a@example.org>",
        "a@example.org",
        "<a>",
        "<.a..b.@example.org>",
        "<\"a\"b@example.org>",
        "<a@example.org.>",
        "<a@x_y.example.org>"
      })
  void asPostfixTakesMore(String path) {
    assertThat(isLenient(path)).isTrue();
    assertThat(isStrict(path)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<a@-x.example.org>",
        "<a@x-.example.org>",
        "<a@192.0.2.1>",
        "<a@123>",
        "<a@.>",
        "<a@[X-tag:anything]>",
        "<a@example.org..>",
        "Name <a@example.org>"
      })
  void asPostfixRefusesWhatIsNoNameOfAHost(String path) {
    assertThat(parse(path, AddressSyntax.AS_POSTFIX).filter(p -> p.rest().isEmpty())).isEmpty();
  }

  @ParameterizedTest(name = "local part {0}, strict {1}, as Postfix {2}")
  @CsvSource({"64, true, true", "65, false, true", "500, false, true"})
  void limitsTheLocalPart(int length, boolean strict, boolean lenient) {
    String path = "<" + "x".repeat(length) + "@example.org>";

    assertThat(isStrict(path)).isEqualTo(strict);
    assertThat(isLenient(path)).isEqualTo(lenient);
  }

  @Test
  void limitsLabelsAndDomains() {
    String label = "x".repeat(63);
    String longest = String.join(".", label, label, label, "x".repeat(61) + ".x").substring(0, 253);
    for (AddressSyntax syntax : AddressSyntax.values()) {
      assertThat(parse("<a@" + label + ".org>", syntax)).isPresent();
      assertThat(parse("<a@x" + label + ".org>", syntax)).isEmpty();
      assertThat(parse("<a@" + longest + ">", syntax).isPresent())
          .isEqualTo(syntax == AddressSyntax.AS_POSTFIX); // a path of 257 is beyond 256
      assertThat(parse("<a@" + longest.substring(1) + ">", syntax)).isPresent();
      assertThat(parse("<a@" + longest + ".xx>", syntax)).isEmpty();
    }
  }

  @Test
  void countsLabelsInUnicodeAsTheDnsDoes() {
    assertThat(isStrict("<a@" + "\u00e4".repeat(50) + ".org>")).isTrue();
    assertThat(isStrict("<a@" + "\u00e4".repeat(63) + ".org>")).isFalse();
    assertThat(isLenient("<a@" + "\u00e4".repeat(63) + ".org>")).isFalse();
  }

  @Test
  void dropsSourceRoutesAndKeepsTheRest() {
    PathParser.Parsed parsed =
        parse("<@a.test,@b.test:\"x y\"@c.test> SIZE=1", AddressSyntax.STRICT).orElseThrow();

    assertThat(parsed.path().asWritten()).hasToString("<\"x y\"@c.test>");
    assertThat(parsed.path().localPart()).hasToString("\"x y\"");
    assertThat(parsed.path().domain()).hasToString("c.test");
    assertThat(parsed.rest()).hasToString(" SIZE=1");
  }

  @Test
  void whatIsStrictIsAlsoTakenAsPostfixDoesAndNothingIsEverThrown() {
    Random random = new Random(20261121);
    int taken = 0;
    for (int round = 0; round < 200_000; round++) {
      StringBuilder path = new StringBuilder("<");
      int length = random.nextInt(14);
      for (int i = 0; i < length; i++) {
        path.append(PIECES.charAt(random.nextInt(PIECES.length())));
      }
      Bytes text = Bytes.ofLatin1(path.append(random.nextBoolean() ? "@a.b>" : ">").toString());

      Optional<PathParser.Parsed> strict = PathParser.parse(text, AddressSyntax.STRICT);
      Optional<PathParser.Parsed> lenient = PathParser.parse(text, AddressSyntax.AS_POSTFIX);

      if (strict.isPresent()) {
        taken++;
        assertThat(lenient).as("%s", text).isEqualTo(strict);
      }
    }
    assertThat(taken).isGreaterThan(1000);
  }

  @Test
  void endlessAddressesCostNoStack() {
    for (String piece : new String[] {"a.", "\\\"", "@a,", "a:", "[", "<", "\u00e9."}) {
      String path = "<\"" + piece.repeat(300_000) + "\"@example.org>";
      for (AddressSyntax syntax : AddressSyntax.values()) {
        parse(path, syntax);
        parse(path.substring(2), syntax);
        parse("<" + path.substring(2), syntax);
        parse("<a@[" + piece.repeat(300_000) + "]>", syntax);
      }
    }
  }
}
