package org.miltergate.milter.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.milter.bytes.Bytes;

class MailboxTest {
  @ParameterizedTest(name = "{0} is sent as {1}")
  @CsvSource(
      quoteCharacter = '\'',
      value = {
        "<>,                           <>",
        "<a@b.test>,                   <a@b.test>",
        "a@b.test,                     <a@b.test>",
        "<A.b+c=d@B.Test>,             <A.b+c=d@B.Test>",
        "<postmaster>,                 <postmaster>",
        "<a@b.test.>,                  <a@b.test>",
        "<a@[192.0.2.1]>,              <a@[192.0.2.1]>",
        "<a@[IPv6:2001:db8::1]>,       <a@[IPv6:2001:db8::1]>",
        "'<\"a\"@b.test>',             <a@b.test>",
        "'<\"a.b\"@b.test.>',          <a.b@b.test>",
        "'<\"a\\b\"@b.test>',          <ab@b.test>",
        "'<\"a b\"@b.test>',           '<\"a b\"@b.test>'",
        "'<\"a\"b@b.test>',            <ab@b.test>",
        "'<a\" \"b@b.test>',           '<\"a b\"@b.test>'",
        "<a..b@b.test>,                '<\"a..b\"@b.test>'",
        "<.a@b.test>,                  '<\".a\"@b.test>'",
        "<a.@b.test>,                  '<\"a.\"@b.test>'",
        "'<\"\"@b.test>',              '<\"\"@b.test>'",
        "'<\"a@c\"@b.test>',           '<\"a@c\"@b.test>'",
        "'<\"a@c\">',                  '<\"a@c\">'",
        "'<\"a\\\"c\"@b.test>',        '<\"a\\\"c\"@b.test>'",
        "'<\"a\\\\c\"@b.test>',        '<\"a\\\\c\"@b.test>'",
        "<a%c@b.test>,                 <a%c@b.test>",
        "'<@r.test,@s.test:a@b.test>', <a@b.test>",
        "<caf\u00e9@b.test>,           <caf\u00e9@b.test>",
      })
  void isSentInOneForm(String path, String sent) {
    assertThat(Mailbox.sent(Bytes.ofUtf8(path)).toUtf8String()).isEqualTo(sent);
  }

  @ParameterizedTest(name = "{0} and {1}: {2}")
  @CsvSource(
      quoteCharacter = '\'',
      value = {
        "<a@b.test>,       a@B.TEST,            true",
        "<a@b.test>,       <a@b.test.>,         true",
        "<a@b.test>,       '<\"a\"@b.test>',    true",
        "<a@b.test>,       <@r.test:a@b.test>,  true",
        "<a..b@b.test>,    '<\"a..b\"@b.test>', true",
        "<a@b.test>,       <A@b.test>,          false",
        "<a@b.test>,       <a>,                 false",
        "<a@b.test>,       '<\"a@b.test\">',    false",
        "<a@b.test>,       <a@b.test..>,        false",
        "<a@b>,            <a@b.>,              true",
        "<a@b.test>,       <ab.test>,           false",
      })
  void isTheSame(String one, String other, boolean same) {
    assertThat(Mailbox.same(Bytes.ofUtf8(one), Bytes.ofUtf8(other))).isEqualTo(same);
    assertThat(Mailbox.same(Bytes.ofUtf8(other), Bytes.ofUtf8(one))).isEqualTo(same);
  }

  @Test
  void whatIsSentIsTheSameMailboxAndSentAsItIs() {
    Random random = new Random(20261130);
    String pieces = "aB.@\"\\ %!\u00e9,:";
    for (int round = 0; round < 100_000; round++) {
      StringBuilder path = new StringBuilder("<");
      for (int i = random.nextInt(12); i >= 0; i--) {
        path.append(pieces.charAt(random.nextInt(pieces.length())));
      }
      Bytes written = Bytes.ofUtf8(path.append(">").toString());
      if (Mailbox.problem(written).isPresent() || written.at(1) == '@') {
        continue; // refused before it is sent; and of several routes one at a time is taken off
      }

      Bytes sent = Mailbox.sent(written);

      assertThat(Mailbox.same(sent, written)).as("%s", written).isTrue();
      assertThat(Mailbox.sent(sent)).as("%s", written).isEqualTo(sent);
    }
  }
}
