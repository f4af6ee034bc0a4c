package org.miltergate.milter.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.miltergate.milter.chain.SmtpSide.FINE;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.miltergate.milter.test.ScriptedMilter;

/** Reply texts beyond ASCII, for clients that asked for SMTPUTF8 and for others. */
@ParameterizedClass(name = "pipelining {0}")
@EnumSource(Pipelining.class)
class Utf8ReplyTest {
  @Parameter Pipelining pipelining;

  private static final String UTF_8 = "J\\xc3\\xb6rg";
  private static final String LATIN_1 = "J\\xf6rg";

  @ParameterizedTest(name = "{0} at {1}: {2}")
  @CsvSource({
    "SMTPUTF8,      MAIL, utf-8,   M 550 5.7.1 J\u00f6rg (m)",
    "SMTPUTF8,      RCPT, utf-8,   R 550 5.7.1 J\u00f6rg (m)",
    "SMTPUTF8,      DATA, utf-8,   T 550 5.7.1 J\u00f6rg (m)",
    "SMTPUTF8,      BODY, utf-8,   E 550 5.7.1 J\u00f6rg (m)",
    "smtputf8,      EOM,  utf-8,   E 550 5.7.1 J\u00f6rg (m)",
    "SMTPUTF8,      EOM,  latin-1, E 550 5.7.1 J?rg (m)",
    "SMTPUTF8,      HELO, utf-8,   H M 550 5.7.1 J??rg (m)",
    "BODY=8BITMIME, EOM,  utf-8,   E 550 5.7.1 J??rg (m)",
    "BODY=8BITMIME, EOM,  latin-1, E 550 5.7.1 J?rg (m)",
  })
  void reachTheClientAsItCanReadThem(String argument, String stage, String octets, String heard)
      throws Exception {
    String text = octets.equals("utf-8") ? UTF_8 : LATIN_1;
    try (ScriptedMilter milter =
            ScriptedMilter.builder().on(stage, "REPLYCODE 550 5.7.1 " + text).start();
        SmtpSide smtp = new SmtpSide(PreData.TOGETHER, pipelining.client("m", milter))) {
      assertThat(smtp.with("SIZE=100", argument).run("C H M R T E")).isEqualTo(heard);
    }
  }

  @Test
  void eachMessageIsOnItsOwn() throws Exception {
    try (ScriptedMilter milter =
            ScriptedMilter.builder().on("RCPT", "REPLYCODE 550 5.7.1 " + UTF_8).start();
        SmtpSide smtp = new SmtpSide(PreData.TOGETHER, pipelining.client("m", milter))) {
      assertThat(smtp.run("C H")).isEqualTo(FINE);
      assertThat(smtp.with("SMTPUTF8").run("M R")).isEqualTo("R 550 5.7.1 J\u00f6rg (m)");
      assertThat(smtp.with().run("M R")).isEqualTo("R 550 5.7.1 J??rg (m)");
    }
  }
}
