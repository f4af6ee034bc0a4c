package org.miltergate.milter.test.mta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.milter.test.Answers;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.test.ScriptedMilterBuilder;
import org.miltergate.milter.test.mta.MilterFaultException.Fault;
import org.miltergate.milter.wire.Actions;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.Negotiation;
import org.miltergate.milter.wire.ProtocolSteps;
import org.miltergate.milter.wire.ProtocolSteps.Step;
import org.miltergate.milter.wire.Strictness;

class FaultsOfMiltersTest {
  private static final TestMail MAIL =
      TestMail.builder().header("Subject", "hello").body("one\n").build();

  private static MilterFaultException faultOf(ScriptedMilterBuilder setup) {
    try (ScriptedMilter milter = setup.start()) {
      MtaDriver driver =
          MtaDriver.builder(milter.address())
              .name("the milter")
              .replyLimit(Duration.ofMillis(400))
              .build();
      return catchThrowableOfType(MilterFaultException.class, () -> driver.send(MAIL));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          MAIL;   ADDHEADER X|y;     wrong-reply;  the milter: answered MAIL with ADDHEADER, wanted a verdict
          BODY;   SKIP;              wrong-reply;  the milter: answered BODY with SKIP, wanted another verdict
          CONNECT;DISCARD;           wrong-reply;  the milter: answered CONNECT with DISCARD, wanted another verdict
          RCPT;   CONN_FAIL;         wrong-reply;  the milter: answered RCPT with CONN_FAIL, wanted a verdict that MTAs know
          HELO;   REPLYCODE 250 ok;  malformed-packet; the milter: sent what is no packet: reply 'y': line 1 of text must begin
          """,
      maxCharsPerColumn = 400)
  void aReplyOutOfPlaceIsNamed(String command, String reply, String fault, String problem) {
    MilterFaultException thrown = faultOf(ScriptedMilter.builder().steps().on(command, reply));

    assertThat(thrown.fault()).hasToString(fault);
    assertThat(thrown.problem()).startsWith(problem);
    assertThat(thrown).hasMessageContaining("\nS: OPTNEG");
  }

  @Test
  void anEditThatWasNotNegotiatedIsNamed() {
    MilterFaultException thrown =
        faultOf(
            ScriptedMilter.builder()
                .actions(Actions.Action.ADD_HEADERS)
                .on("EOM", "REPLBODY x", "ACCEPT"));

    assertThat(thrown.fault()).isEqualTo(Fault.EDIT_NOT_NEGOTIATED);
    assertThat(thrown.problem())
        .isEqualTo(
            "the milter: sent REPLBODY, for which CHANGE_BODY has to be negotiated;"
                + " agreed were actions 0x1 ADD_HEADERS");
  }

  @Test
  void aLenientDriverAppliesIt() throws IOException {
    try (ScriptedMilter milter =
        ScriptedMilter.builder()
            .actions(Actions.Action.ADD_HEADERS)
            .on("EOM", "REPLBODY x", "ACCEPT")
            .start()) {
      MtaDriver driver = MtaDriver.builder(milter.address()).strictness(Strictness.LENIENT).build();

      assertThat(driver.send(MAIL).messageBytes().toString()).endsWith("\r\n\r\nx\r\n");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "7, 0x1ff, 0x0, wrong-version",
    "1, 0x0, 0x0, wrong-version",
    "6, 0x200, 0x0, beyond-offer"
  })
  void aWrongAnswerToTheOfferIsNamed(int version, String actions, String steps, String fault) {
    Negotiation wish =
        new Negotiation(
            version,
            new Actions(Integer.decode(actions)),
            new ProtocolSteps(Integer.decode(steps)));

    assertThat(faultOf(ScriptedMilter.builder().negotiating(wish)).fault()).hasToString(fault);
  }

  @Test
  void aReplyThatWasNotPromisedIsNamed() throws IOException {
    try (ScriptedMilter milter =
            ScriptedMilter.builder()
                .steps(Step.NO_REPLY_MAIL)
                .on("CONNECT", "CONTINUE", "CONTINUE")
                .start();
        MtaSession session = MtaDriver.at(milter.address()).open()) {
      session.connect(TestClient.DEFAULT);

      MilterFaultException thrown =
          catchThrowableOfType(
              MilterFaultException.class,
              () -> {
                for (int i = 0; i < 1000; i++) { // until it has arrived
                  session.mail("<a@example.org>");
                }
              });

      assertThat(thrown.fault()).isEqualTo(Fault.UNDUE_REPLY);
    }
  }

  @Test
  void anAddressWhereNothingListensIsNoMilter() throws IOException {
    ScriptedMilter gone = ScriptedMilter.builder().start();
    gone.close();

    MilterFaultException thrown =
        catchThrowableOfType(
            MilterFaultException.class, () -> MtaDriver.at(gone.address()).send(MAIL));

    assertThat(thrown.fault()).isEqualTo(Fault.NO_MILTER);
    assertThat(thrown)
        .hasMessage("milter at " + gone.address() + ": no milter there: Connection refused");
  }

  @Test
  void aMilterThatIsSilentIsTooSlow() {
    MilterFaultException thrown =
        faultOf(
            ScriptedMilter.builder()
                .answers(c -> c instanceof Command.Helo ? List.of() : Answers.CONTINUE));

    assertThat(thrown.fault()).isEqualTo(Fault.TIMEOUT);
    assertThat(thrown.problem()).isEqualTo("the milter: no reply within 400ms");
    assertThat(thrown.conversation()).endsWith("S! silent\n");
  }
}
