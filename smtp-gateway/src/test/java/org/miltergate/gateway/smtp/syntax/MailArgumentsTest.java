package org.miltergate.gateway.smtp.syntax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.config.policy.AddressSyntax;
import org.miltergate.milter.bytes.Bytes;

class MailArgumentsTest {
  private static final EnvelopeRules ALL =
      new EnvelopeRules(AddressSyntax.AS_POSTFIX, keyword -> true, 512, 1024);

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
    MailArguments mail = mail(Bytes.ofLatin1(argument));

    assertThat(mail.shown().path()).hasToString(asWritten);
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
        mail(Bytes.ofLatin1("FROM:<a@example.org>  size=1000 Body=8bitMIME\tSMTPUTF8 "));

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
    "MT-PRIORITY=4, 555 5.5.4 Unsupported option: MT-PRIORITY=4",
    "RET=, 501 5.5.4 Bad RET parameter syntax",
    "RET=BODY, 501 5.5.4 Bad RET parameter syntax",
    "RET=FULL RET=HDRS, 501 5.5.4 Option given twice: RET=HDRS",
    "ENVID=, 501 5.5.4 Bad ENVID parameter syntax",
    "ENVID=a+0Db, 501 5.5.4 Bad ENVID parameter syntax",
    "ENVID=a+, 501 5.5.4 Bad ENVID parameter syntax",
    "REQUIRETLS=1, 555 5.5.4 Unsupported option: REQUIRETLS=1",
    "AUTH=, 501 5.5.4 Bad AUTH parameter syntax",
    "AUTH=a+4, 501 5.5.4 Bad AUTH parameter syntax",
    "NOTIFY=NEVER, 555 5.5.4 Unsupported option: NOTIFY=NEVER",
    "junk, 555 5.5.4 Unsupported option: junk",
    "'caf\u00e9', 555 5.5.4 Unsupported option: caf?",
  })
  void refusesArgumentsThatItCannotHonour(String arguments, String reply) {
    assertReply("FROM:<a@example.org> " + arguments, reply);
  }

  @Test
  void readsASizeBeyondAllNumbersAsTooLarge() throws SyntaxException {
    assertThat(mail(Bytes.ofLatin1("FROM:<a@b.c> SIZE=99999999999999999999")).declaredBytes())
        .isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void takesUnicodeOnlyIfItIsDeclared() throws SyntaxException {
    Bytes address = Bytes.ofUtf8("FROM:<café@exämple.org>");

    assertThat(mail(address.concat(Bytes.ofLatin1(" SMTPUTF8"))).path().domain())
        .isEqualTo(Bytes.ofUtf8("exämple.org"));
    assertThatThrownBy(() -> mail(address))
        .hasMessage("553 5.6.7 Address needs SMTPUTF8, which MAIL did not declare");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "TO:<>, 501 5.1.3 Bad recipient address syntax",
    "TO:, 501 5.1.3 Bad recipient address syntax",
    "FROM:<a@b.c>, 501 5.5.4 Syntax: RCPT TO:<address>",
    "TO:<a@b.c> SIZE=5, 555 5.5.4 Unsupported option: SIZE=5",
    "TO:<a@b.c> NOTIFY=, 501 5.5.4 Bad NOTIFY parameter syntax",
    "'TO:<a@b.c> NOTIFY=NEVER,DELAY', 501 5.5.4 Bad NOTIFY parameter syntax",
    "TO:<a@b.c> notify=never NOTIFY=NEVER, 501 5.5.4 Option given twice: NOTIFY=NEVER",
    "TO:<a@b.c> ORCPT=a@b.c, 501 5.5.4 Bad ORCPT parameter syntax",
    "TO:<a@b.c> ORCPT=utf-8;\u00c3\u00a9@b.c, 501 5.5.4 Bad ORCPT parameter syntax",
  })
  void refusesRecipients(String argument, String reply) {
    assertThatThrownBy(() -> rcpt(argument)).hasMessage(reply);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "TO:<a@b.c>, false",
    "TO:<a%x@b.c>, true",
    "TO:<x!a@b.c>, true",
    "'TO:<\"a@x\"@b.c>', true",
  })
  void knowsLocalPartsThatNameAnotherHost(String argument, boolean routed) throws SyntaxException {
    assertThat(rcpt(argument).path().isRouted()).isEqualTo(routed);
  }

  @Test
  void takesWhatSendersWantOfReports() throws SyntaxException {
    MailArguments mail = mail(Bytes.ofLatin1("FROM:<a@b.c> RET=hdrs ENVID=QQ+2B1"));
    RcptArguments rcpt = rcpt("TO:<a@b.c> NOTIFY=SUCCESS,delay ORCPT=rfc822;x+2By@z.test");

    assertThat(mail.sender().arguments()).hasToString("[RET=hdrs, ENVID=QQ+2B1]");
    assertThat(rcpt.recipient().arguments())
        .hasToString("[NOTIFY=SUCCESS,delay, ORCPT=rfc822;x+2By@z.test]");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "SIZE=1, SIZE",
    "BODY=8BITMIME, 8BITMIME",
    "SMTPUTF8, SMTPUTF8",
    "RET=FULL, DSN",
    "ENVID=1, DSN",
    "REQUIRETLS, REQUIRETLS",
    "AUTH=<>, AUTH"
  })
  void refusesArgumentsOfExtensionsThatAreNotOffered(String argument, String extension) {
    EnvelopeRules rules =
        new EnvelopeRules(
            AddressSyntax.AS_POSTFIX, keyword -> !keyword.equals(extension), 512, 1024);
    Bytes line = Bytes.ofLatin1("FROM:<a@b.c> " + argument);

    assertThatThrownBy(() -> MailArguments.parse(line, rules))
        .hasMessage("555 5.5.4 Unsupported option: " + argument);
    assertThatCode(() -> mail(line)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"NOTIFY=NEVER", "ORCPT=rfc822;a@b.c"})
  void refusesArgumentsOfRecipientsLikewise(String argument) {
    EnvelopeRules none = new EnvelopeRules(AddressSyntax.AS_POSTFIX, keyword -> false, 512, 1024);
    Bytes line = Bytes.ofLatin1("TO:<a@b.c> " + argument);

    assertThatThrownBy(() -> RcptArguments.parse(line, none, false))
        .hasMessage("555 5.5.4 Unsupported option: " + argument);
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource({"<>, ''", "a+40b.c, a+40b.c", "'', ''"})
  void knowsWhoSubmittedTheMessageFirst(String value, String author) throws SyntaxException {
    String argument = value.isEmpty() ? "" : " AUTH=" + value;

    assertThat(mail(Bytes.ofLatin1("FROM:<a@b.c>" + argument)).author().orElse(""))
        .isEqualTo(author);
  }

  private static MailArguments mail(Bytes argument) throws SyntaxException {
    return MailArguments.parse(argument, ALL);
  }

  private static RcptArguments rcpt(String argument) throws SyntaxException {
    return RcptArguments.parse(Bytes.ofLatin1(argument), ALL, false);
  }

  private static void assertReply(String argument, String reply) {
    assertThatThrownBy(() -> mail(Bytes.ofLatin1(argument)))
        .isInstanceOf(SyntaxException.class)
        .hasMessage(reply);
  }
}
