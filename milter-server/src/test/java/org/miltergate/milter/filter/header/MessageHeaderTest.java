package org.miltergate.milter.filter.header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.milter.bytes.Bytes;

class MessageHeaderTest {
  private static MessageHeader header(String... fields) {
    return MessageHeader.of(
        Arrays.stream(fields)
            .map(field ->
                new RawField(
                    Bytes.ofUtf8(field.substring(0, field.indexOf(':'))),
                    Bytes.ofUtf8(field.substring(field.indexOf(':') + 1))))
            .toList());
  }

  private static String raw(MessageField field) {
    return field.raw().value().toUtf8String();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "plain                                      | plain",
        "=?UTF-8?Q?Gr=C3=BC=C3=9Fe?=                | Grüße",
        "=?utf-8?b?R3LDvMOfZQ==?=                   | Grüße",
        "=?ISO-8859-1?Q?Gr=FC=DFe_aus?= Wien        | Grüße aus Wien",
        "=?UTF-8?Q?a?= =?UTF-8?Q?b?=                | ab",
        "=?UTF-8?Q?a?= =?ISO-8859-1?Q?=FC?=         | aü",
        "=?UTF-8?Q?a?= b =?UTF-8?Q?c?=              | a b c",
        "=?UTF-8?B?w?= =?UTF-8?B?7w=?=              | =?UTF-8?B?w?= =?UTF-8?B?7w=?=",
        "=?UTF-8?Q?=C3?= =?UTF-8?Q?=BC?=            | ü",
        "=?x-unknown?Q?a?=                          | =?x-unknown?Q?a?=",
        "=?UTF-8*de?Q?a?=                           | a",
        "=?UTF-8?Q?=zz?=                            | =zz",
        "=?broken                                   | =?broken",
      })
  void decodesWords(String value, String text) {
    assertThat(header("Subject: " + value).subject()).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "plain text            | ' plain text'",
        "Grüße                 | ' =?UTF-8?B?R3LDvMOfZQ==?='",
        "=?looks encoded?=     | ' =?UTF-8?B?PT9sb29rcyBlbmNvZGVkPz0=?='",
        "''                    | ' '",
      })
  void encodesWhatIsNotAscii(String text, String value) {
    MessageHeader header = header("Subject: x");

    header.setSubject(text);

    assertThat(raw(header.fields().getFirst())).isEqualTo(value);
    assertThat(header.subject()).isEqualTo(text);
  }

  @Test
  void neverLetsATextBeginAnotherField() {
    MessageHeader header = header("To: x");

    MessageField text = header.add("X-A", "a\r\nBcc: b\nc\u2028d\0e");
    MessageField value = header.addRaw("X-B", Bytes.ofLatin1("a\r\nBcc: b\n"));

    assertThat(raw(text)).isEqualTo(" a Bcc: b c d e");
    assertThat(raw(value)).isEqualTo(" a\n\tBcc: b");
  }

  @Test
  void foldsLongTextAndReadsItBack() {
    String ascii = "word ".repeat(40).strip();
    String german = "Übergrößenträger ".repeat(20).strip();
    String endless = "x".repeat(3000);
    for (String text : List.of(ascii, german, endless)) {
      MessageHeader header = header();

      MessageField field = header.add("Subject", text);

      assertThat(raw(field).split("\n")).allMatch(line -> line.length() <= 78 + 1);
      assertThat(field.text()).isEqualTo(text);
    }
  }

  @Test
  void setsOneFieldOfANameAndRemovesTheOthers() {
    MessageHeader header = header("X-Spam: 1", "To: a", "x-spam: 2");

    header.set("X-Spam", "no");

    assertThat(header).hasToString("X-Spam: no\nTo: a");
    assertThat(header.remove("X-SPAM")).isEqualTo(1);
    assertThat(header.isChanged()).isTrue();
  }

  @Test
  void movesAndRenames() {
    MessageHeader header = header("A: 1", "B: 2", "C: 3");
    List<MessageField> fields = header.fields();

    header.moveBefore(fields.get(2), fields.get(0));
    header.moveToEnd(fields.get(0));
    fields.get(1).rename("X");

    assertThat(header).hasToString("C: 3\nX: 2\nA: 1");
  }

  @Test
  void knowsWhetherAnythingHasChanged() {
    MessageHeader header = header("A: 1", "B: 2");

    header.moveToEnd(header.fields().getFirst());
    header.moveToTop(header.fields().getLast());

    assertThat(header.isChanged()).isFalse();
  }

  @Test
  void refusesWhatIsNoNameOrNotItsOwn() {
    MessageHeader header = header("A: 1");
    MessageField foreign = header("B: 2").fields().getFirst();

    assertThatThrownBy(() -> header.add("X Y", "z"))
        .hasMessageContaining("must be printable ASCII without colon, was 'X Y'");
    assertThatThrownBy(() -> header.remove(foreign)).hasMessage("field B is not in this header");
    assertThatThrownBy(() -> header.setAddresses("To", List.of()))
        .hasMessageContaining("To is empty");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Fri, 21 Nov 1997 09:55:06 -0600                   | 1997-11-21T09:55:06-06:00",
        "1 Dec 2026 04:05 +0000                            | 2026-12-01T04:05Z",
        "Tue,  1 dec 2026 04:05:06 GMT                     | 2026-12-01T04:05:06Z",
        "Thu, 13 Feb 1969 23:32 -0330 (Newfoundland Time)  | 1969-02-13T23:32-03:30",
        "yesterday                                         |",
        "32 Dec 2026 04:05:06 +0000                        |",
      })
  void readsDates(String value, String date) {
    assertThat(header("Date: " + value).date())
        .isEqualTo(Optional.ofNullable(date).map(OffsetDateTime::parse));
  }

  @Test
  void writesADate() {
    MessageHeader header = header();

    header.setDate(OffsetDateTime.of(2026, 12, 1, 4, 5, 6, 7, ZoneOffset.ofHours(1)));

    assertThat(header).hasToString("Date: Tue, 1 Dec 2026 04:05:06 +0100");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a@example.org                                     | a@example.org",
        "<a@example.org>                                   | a@example.org",
        "Joe Q. Public <john.q@example.com>                | Joe Q. Public <john.q@example.com>",
        "a@b.example, \"C, D\" <c@d.example>               | a@b.example; C, D <c@d.example>",
        "=?UTF-8?Q?J=C3=B6rg?= <j@example.org>             | Jörg <j@example.org>",
        "Team: a@example.org, B <b@example.org>;           | a@example.org; B <b@example.org>",
        "Undisclosed recipients:;                          |",
        "\"a b\"@example.org                               | \"a b\"@example.org",
        "a@[192.0.2.1]                                     | a@[192.0.2.1]",
        "a@[IPv6:2001:db8::1]                              | a@[IPv6:2001:db8::1]",
        "Pete(A nice \\) chap) <pete(his account)@silly.test(his host)> | Pete <pete@silly.test>",
        "<@a.test,@b.test:c@d.test>                        | c@d.test",
        "a . b @ example . org                             | a.b@example.org",
        "no address, , <>                                  |",
        "\"unclosed <a@example.org>                        |",
        "(unclosed a@example.org                           |",
        "a@example.org <b@example.org>                     | a@example.org <b@example.org>",
      })
  void readsAddresses(String value, String addresses) {
    String read =
        String.join(
            "; ",
            header("To: " + value).addresses("to").stream().map(EmailAddress::toString).toList());

    assertThat(read).isEqualTo(addresses == null ? "" : addresses);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Joe         | a@example.org      | Joe <a@example.org>",
        "Joe Q. \"x\"| a@example.org      | \"Joe Q. \\\"x\\\"\" <a@example.org>",
        "Jörg        | a@bücher.example   | =?UTF-8?B?SsO2cmc=?= <a@xn--bcher-kva.example>",
        "''          | a@Bücher.example   | a@xn--bcher-kva.example",
      })
  void writesAddresses(String name, String address, String value) {
    MessageHeader header = header();

    header.setAddresses("To", List.of(new EmailAddress(name, address)));

    assertThat(header.fields().getFirst().value()).isEqualTo(value);
    assertThat(header.addresses("To").getFirst().displayName()).isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource({
    "a@straße.example, has U+00DF",
    "a@bü cher.example, is not valid in IDNA",
  })
  void refusesDomainsThatCannotBeConverted(String address, String problem) {
    assertThatThrownBy(() -> Idna.toAscii(address)).hasMessageContaining(problem);
  }

  @Test
  void convertsDomainsBack() {
    assertThat(Idna.toUnicode("a@xn--bcher-kva.example")).isEqualTo("a@bücher.example");
    assertThat(Idna.toUnicode("a@xn--.example")).isEqualTo("a@xn--.example");
  }
}
