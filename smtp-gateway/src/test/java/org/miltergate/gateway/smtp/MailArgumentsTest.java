package org.miltergate.gateway.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.milter.bytes.Bytes;

class MailArgumentsTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "FROM:<a@example.org>, <a@example.org>, a, example.org",
    "from: <a@example.org>, <a@example.org>, a, example.org",
    "FROM:a@example.org, a@example.org, a, example.org",
    "FROM:<>, <>, '', ''",
    "FROM:<postmaster>, <postmaster>, postmaster, ''",
    "FROM:<a..b@example.org>, <a..b@example.org>, a..b, example.org",
    "FROM:<.a@example.org.>, <.a@example.org.>, .a, example.org",
    "FROM:<a@[192.0.2.1]>, <a@[192.0.2.1]>, a, [192.0.2.1]",
    "FROM:<a@[IPv6:2001:db8::1]>, <a@[IPv6:2001:db8::1]>, a, [IPv6:2001:db8::1]",
    "'FROM:<\"a b\"@example.org>', '<\"a b\"@example.org>', '\"a b\"', example.org",
    "'FROM:<\"a>b\"@example.org>', '<\"a>b\"@example.org>', '\"a>b\"', example.org",
    "'FROM:<\"a\\\"b\"@example.org>', '<\"a\\\"b\"@example.org>', '\"a\\\"b\"', example.org",
    "'FROM:<@one.example,@two.example:a@example.org>', <a@example.org>, a, example.org",
    "FROM:<a+b=c#d@x_y.example.org>, <a+b=c#d@x_y.example.org>, a+b=c#d, x_y.example.org",
  })
  void readsAddresses(String argument, String asWritten, String localPart, String domain)
      throws SyntaxException {
    MailArguments mail = MailArguments.parse(Bytes.ofLatin1(argument));

    assertThat(mail.sender().path()).hasToString(asWritten);
    assertThat(mail.path().localPart()).hasToString(localPart);
    assertThat(mail.path().domain()).hasToString(domain);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FROM:",
        "FROM: ",
        "FROM:<",
        "FROM:<a",
        "FROM:<a@",
        "FROM:<a@>",
        "FROM:a>",
        "FROM:<a@example.org",
        "FROM:<a@example.org>>",
        "FROM:<a@example.org>SIZE=1",
        "FROM:<a b@example.org>",
        "FROM:<a@exa mple.org>",
        "FROM:<a@b@example.org>",
        "FROM:<@example.org>",
        "FROM:<@one.example:>",
        "FROM:<a@.example.org>",
        "FROM:<a@example..org>",
        "FROM:<a@[192.0.2.256]>",
        "FROM:<a@[IPv6:2001:db8::1::2]>",
        "FROM:<a@[example.org]>",
        "FROM:<a@[192.0.2.1>",
        "FROM:<\"a@example.org>",
        "FROM:<a\u0000@example.org>",
        "FROM:<a\rb@example.org>",
        "FROM:<a,b@example.org>",
        "FROM:<a:b@example.org>",
        "FROM:<(c)a@example.org>",
        "FROM:<a\\b@example.org>",
        "FROM:<\"a\u0001\"@example.org>",
        "FROM:<caf\u00e9@example.org>",
        "FROM:<a@ex!mple.org>",
      })
  void refusesAddressesThatTwoServersMightReadInTwoWays(String argument) {
    assertReply(argument, "501 5.1.7 Bad sender address syntax");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "<a@example.org>", "FROM", "FROM <a@example.org>", "TO:<a@b.c>"})
  void asksForTheSyntax(String argument) {
    assertReply(argument, "501 5.5.4 Syntax: MAIL FROM:<address>");
  }

  @Test
  void refusesADomainThatIsTooLong() {
    assertReply("FROM:<a@" + "x.".repeat(128) + "org>", "501 5.1.7 Bad sender address syntax");
  }

  @Test
  void keepsArgumentsAsTheyWereWritten() throws SyntaxException {
    MailArguments mail =
        MailArguments.parse(
            Bytes.ofLatin1("FROM:<a@example.org>  size=1000 Body=8bitMIME\tSMTPUTF8 "));

    assertThat(mail.declaredBytes()).isEqualTo(1000);
    assertThat(mail.smtpUtf8()).isTrue();
    assertThat(mail.sender().arguments().toString())
        .isEqualTo("[size=1000, Body=8bitMIME, SMTPUTF8]");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "SIZE=, 501 5.5.4 Bad message size syntax",
    "SIZE=-1, 501 5.5.4 Bad message size syntax",
    "SIZE=1k, 501 5.5.4 Bad message size syntax",
    "SIZE=123456789012345678901, 501 5.5.4 Bad message size syntax",
    "SIZE=1 SIZE=2, 501 5.5.4 Option given twice: SIZE=2",
    "size=1 SIZE=1, 501 5.5.4 Option given twice: SIZE=1",
    "BODY=, 555 5.5.4 Unsupported option: BODY=",
    "BODY=BINARYMIME, 555 5.5.4 Unsupported option: BODY=BINARYMIME",
    "SMTPUTF8=1, 555 5.5.4 Unsupported option: SMTPUTF8=1",
    "RET=FULL, 555 5.5.4 Unsupported option: RET=FULL",
    "junk, 555 5.5.4 Unsupported option: junk",
    "'caf\u00e9', 555 5.5.4 Unsupported option: caf?",
  })
  void refusesArgumentsThatItCannotHonour(String arguments, String reply) {
    assertReply("FROM:<a@example.org> " + arguments, reply);
  }

  @Test
  void readsASizeBeyondAllNumbersAsTooLarge() throws SyntaxException {
    assertThat(
            MailArguments.parse(Bytes.ofLatin1("FROM:<a@b.c> SIZE=99999999999999999999"))
                .declaredBytes())
        .isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void takesUnicodeOnlyIfItIsDeclared() throws SyntaxException {
    Bytes address = Bytes.ofUtf8("FROM:<café@exämple.org>");

    assertThat(MailArguments.parse(address.concat(Bytes.ofLatin1(" SMTPUTF8"))).path().domain())
        .isEqualTo(Bytes.ofUtf8("exämple.org"));
    assertThatThrownBy(() -> MailArguments.parse(address))
        .hasMessage("553 5.6.7 Address needs SMTPUTF8, which MAIL did not declare");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "TO:<>, 501 5.1.3 Bad recipient address syntax",
    "TO:, 501 5.1.3 Bad recipient address syntax",
    "FROM:<a@b.c>, 501 5.5.4 Syntax: RCPT TO:<address>",
    "TO:<a@b.c> NOTIFY=NEVER, 555 5.5.4 Unsupported option: NOTIFY=NEVER",
  })
  void refusesRecipients(String argument, String reply) {
    assertThatThrownBy(() -> RcptArguments.parse(Bytes.ofLatin1(argument), false))
        .hasMessage(reply);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "TO:<a@b.c>, false",
    "TO:<a%x@b.c>, true",
    "TO:<x!a@b.c>, true",
    "'TO:<\"a@x\"@b.c>', true",
  })
  void knowsLocalPartsThatNameAnotherHost(String argument, boolean routed) throws SyntaxException {
    assertThat(RcptArguments.parse(Bytes.ofLatin1(argument), false).path().isRouted())
        .isEqualTo(routed);
  }

  private static void assertReply(String argument, String reply) {
    assertThatThrownBy(() -> MailArguments.parse(Bytes.ofLatin1(argument)))
        .isInstanceOf(SyntaxException.class)
        .hasMessage(reply);
  }
}
