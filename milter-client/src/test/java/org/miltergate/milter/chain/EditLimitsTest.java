package org.miltergate.milter.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.miltergate.milter.chain.SmtpSide.FINE;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.miltergate.milter.session.UnagreedEdits;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.wire.Actions.Action;

/** Edits that were not agreed on, and those beyond the limits. */
@ParameterizedClass(name = "pipelining {0}")
@EnumSource(Pipelining.class)
class EditLimitsTest {
  @Parameter Pipelining pipelining;

  private static final String USUAL = SmtpSide.OWN_RECEIVED + "Subject: hello\r\n\r\nbody\r\n";

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      value = {
        "ADDHEADER A|1;           ADD_HEADERS",
        "INSHEADER 0 A|1;         ADD_HEADERS",
        "CHGHEADER 1 Subject|2;   CHANGE_HEADERS",
        "REPLBODY x;              CHANGE_BODY",
        "ADDRCPT <c@z>;           ADD_RECIPIENTS",
        "ADDRCPT_PAR <c@z> A=B;   ADD_RECIPIENTS_WITH_ARGUMENTS",
        "DELRCPT <b1@y.test>;     DELETE_RECIPIENTS",
        "CHGFROM <c@z>;           CHANGE_SENDER",
        "QUARANTINE why;          QUARANTINE",
      })
  void treatsEditsThatWereNotAgreedAsIsSet(String edit, Action missing) throws Exception {
    assertThat(unagreed(edit, missing, UnagreedEdits.APPLY))
        .isEqualTo("changed; 1 warnings about " + missing);
    assertThat(unagreed(edit, missing, UnagreedEdits.IGNORE))
        .isEqualTo("as it came; 1 warnings about " + missing);
    assertThat(unagreed(edit, missing, UnagreedEdits.FAIL))
        .isEqualTo("E 451 4.7.1 Service unavailable - try again later (m failed)");
  }

  private String unagreed(String edit, Action missing, UnagreedEdits choice) throws IOException {
    Action[] others =
        Arrays.stream(Action.values())
            .filter(action -> action != missing)
            // either of the two is enough to insert a field
            .filter(action -> !edit.startsWith("INSHEADER") || action != Action.CHANGE_HEADERS)
            .toArray(Action[]::new);
    try (ScriptedMilter milter =
            ScriptedMilter.builder().actions(others).on("EOM", edit, edit, "ACCEPT").start();
        SmtpSide smtp =
            new SmtpSide(
                PreData.TOGETHER,
                pipelining.client("m", milter.address(), c -> c.unagreedEdits(choice)))) {
      String heard = smtp.run("C H M R T E");
      if (heard.endsWith("failed)")) {
        return heard;
      }
      boolean same =
          heard.equals(FINE)
              && smtp.text().equals(USUAL)
              && smtp.envelope().equals("<a@x.test> -> <b1@y.test>");
      long warnings = smtp.warnings.stream().filter(w -> w.contains(missing.name())).count();
      return (same ? "as it came; " : "changed; ") + warnings + " warnings about " + missing;
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "REPEAT 1000000 ADDHEADER A|b,          more than 10000 edits of one message (max-edits)",
    "REPEAT 1000000 QUARANTINE why,         more than 10000 edits of one message (max-edits)",
    "REPEAT 100 REPLBODY 0123456789,        edits of more than 999 bytes of one message"
        + " (max-edit-size)",
    "REPEAT 100 ADDRCPT <c@long-name.test>, edits of more than 999 bytes of one message"
        + " (max-edit-size)",
  })
  void aboveTheLimitsTheMessageIsRefusedForNowAndTheMilterHasNotFailed(String edits, String reason)
      throws Exception {
    int maxBytes = reason.contains("bytes") ? 999 : 1 << 30;
    for (UnagreedEdits choice : UnagreedEdits.values()) {
      if (choice == UnagreedEdits.FAIL) {
        continue;
      }
      try (ScriptedMilter milter =
              ScriptedMilter.builder().actions().on("EOM", edits, "ACCEPT").start();
          SmtpSide smtp =
              new SmtpSide(
                  PreData.TOGETHER,
                  pipelining.client(
                      "m",
                      milter.address(),
                      c -> c.maxEditBytes(maxBytes).unagreedEdits(choice)))) {
        assertThat(smtp.run("C H M R T E"))
            .isEqualTo("E 451 4.3.0 Mail cannot be processed now - try again later (m limit)");
        assertThat(smtp.failures).isEmpty();
        assertThat(smtp.localFailures).containsExactly("m at END_OF_MESSAGE: asked for " + reason);
        assertThat(smtp.text()).isEqualTo(USUAL);
      }
    }
  }
}
