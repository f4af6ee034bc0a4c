package org.miltergate.milter.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.ClientAddress;
import org.miltergate.milter.wire.Command;

class MilterScriptTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "MAIL <a@x>; 'MAIL <a@x>' does not begin with '> ', '< ', '...' or '#'",
        "> HALLO; 'HALLO' is not a command of an MTA",
        "> MAIL <a\\q>; holds a lone backslash",
        "< MAYBE; 'MAYBE' is not a reply of a milter",
        "< CONTINUE now; has something after CONTINUE",
        "< STALL now; has something after STALL",
        "< OPTNEG size=5; 'size' is none of version=, actions=, steps= and macros.STAGE=",
        "< OPTNEG version=six; 'six' is not a number",
        "< ADDHEADER Subject; 'Subject' has no bar, write name|value",
        "< CHGHEADER first A|b; 'first' is not an index",
        "< BYTES 0g; '0g' is not a hex text",
        "< SLOWLY CONTINUE; 'CONTINUE' is not a pace",
        "< SLOWLY 0/1ms CONTINUE; '0/1ms' is not a pace",
        "< PAUSE soon; 'soon' is not a time",
        "< REPEAT CONTINUE; 'CONTINUE' is not a number",
        "< REPLYCODE 550 a\\x00b; holds NUL",
      })
  void namesTheLineThatIsWrong(String line, String reason) {
    assertThatThrownBy(() -> MilterScript.parse("# first\n\n" + line))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("script line 3: ")
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"STALL", "DEAF", "CLOSE", "RESET", "FOREVER PROGRESS"})
  void refusesWhatCanNeverBeReached(String last) {
    assertThatThrownBy(() -> MilterScript.parse("> MAIL\n< " + last + "\n> RCPT"))
        .hasMessage("script line 3: nothing can follow '< " + last + "'");
  }

  @Test
  void refusesAnAnswerBelowTheDots() {
    assertThatThrownBy(() -> MilterScript.parse("...\n< CONTINUE"))
        .hasMessage("script line 2: no answer can follow '...', it answers by itself");
  }

  @ParameterizedTest(name = "{0} fits {1}: {2}")
  @CsvSource({
    "HELO,                       HELO a b,       true",
    "HELO a b,                   HELO a b,       true",
    "HELO a...,                  HELO a b,       true",
    "HELO a ...,                 HELO a b,       true",
    "HELO ...,                   HELO a b,       true",
    "HELO b...,                  HELO a b,       false",
    "HELO a,                     HELO a b,       false",
    "HELO \\x61 b,               HELO a b,       true",
    "*,                          HELO a b,       true",
    "RCPT,                       HELO a b,       false",
    "BODY \\x00\\xff\\r\\n\\t\\\\, BODY \\x00\\xff\\r\\n\\t\\\\, true",
    "BODY \\x20a\\x20,           BODY  a\\x20,   true",
    "HEADER A\\x7cb|c,           HEADER A\\x7cb|c, true",
    "HEADER A|...,               HEADER A|c,     true",
    "HEADER A,                   HEADER A|c,     false",
  })
  void expectationFitsACommandHoweverItIsWritten(String expected, String got, boolean fits) {
    assertThat(new Expectation(expected).matches(command(got))).isEqualTo(fits);
  }

  private static Command command(String text) {
    String rest = ScriptText.behindFirstWord(text);
    return switch (ScriptText.firstWord(text)) {
      case "HELO" -> new Command.Helo(ScriptText.read(rest));
      case "BODY" -> new Command.Body(ScriptText.read(rest));
      case "HEADER" ->
          new Command.Header(
              ScriptText.read(rest.substring(0, rest.indexOf('|'))),
              ScriptText.read(rest.substring(rest.indexOf('|') + 1)));
      default -> throw new IllegalArgumentException(text);
    };
  }

  @Test
  void portOfTheClientMayBeLeftOut() {
    Command connect =
        new Command.Connect(
            Bytes.ofLatin1("c.test"),
            new ClientAddress(ClientAddress.Family.INET6, 25, Bytes.ofLatin1("2001:db8::7")));

    assertThat(CommandText.write(connect)).isEqualTo("CONNECT c.test inet6 2001:db8::7 port=25");
    assertThat(List.of("CONNECT c.test inet6 2001:db8::7", "CONNECT c.test ...", "CONNECT"))
        .allMatch(text -> new Expectation(text).matches(connect));
    assertThat(new Expectation("CONNECT c.test inet6 2001:db8::").matches(connect)).isFalse();
    assertThat(new Expectation("CONNECT c.test inet6 2001:db8::7 port=26").matches(connect))
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "OPTNEG version=2 actions=0x3f steps=0x7f",
        "OPTNEG version=6 actions=0x1ff steps=0x0 macros.eom=i,{msg_id} macros.9=j",
        "CONTINUE",
        "ACCEPT",
        "REJECT",
        "TEMPFAIL",
        "DISCARD",
        "SKIP",
        "SHUTDOWN",
        "PROGRESS",
        "CONN_FAIL",
        "REPLYCODE 550-5.7.1 one\\r\\n550 5.7.1 50%% two\\x20",
        "ADDHEADER X-A| lead",
        "ADDHEADER X-A|",
        "INSHEADER 4294967295 X-A|a|b",
        "CHGHEADER 0 X-A|",
        "REPLBODY",
        "REPLBODY \\x00.\\r\\n",
        "ADDRCPT <a b@x>",
        "ADDRCPT_PAR <a\\x20b@x> NOTIFY=NEVER ORCPT=rfc822;a",
        "ADDRCPT_PAR <a@x>",
        "DELRCPT a@x",
        "CHGFROM <> RET=HDRS",
        "QUARANTINE because of this",
      })
  void replyIsWrittenAsItIsRead(String line) {
    assertThat(ReplyText.write(ReplyText.read(line))).isEqualTo(line);
  }
}
