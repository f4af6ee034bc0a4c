package org.miltergate.milter.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.test.Sockets;
import org.miltergate.milter.wire.Reply;
import org.miltergate.net.Watchdog;

/** Milters that break the protocol: each is named for what it did, and hung up on. */
class BrokenMilterTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "BYTES 00000000,           'answer to MAIL: frame length is 0, must be at least 1'",
    "BYTES 1000000079,         'answer to MAIL: frame length is 268435456 bytes, limit is 1049600'",
    "BYTES 485454502f312e30, \"its bytes are the text 'HTTP', so another service seems to answer\"",
    "BYTES 0000000158,         'answer to MAIL: unknown reply code 0x58'",
    "BYTES 000000026c00,       'answer to MAIL: unknown reply code 0x6c'",
    "BYTES 000000026300,       \"answer to MAIL: reply 'c': payload has 1 bytes left over\"",
    "BYTES 0000000468414200,   \"answer to MAIL: reply 'h': value has no terminating NUL\"",
    "BYTES 000000036d0000, \"answer to MAIL: reply 'm': payload has 2 bytes left, index needs 4\"",
    "CONN_FAIL,                ConnectionFailure is not legal in answer to MAIL",
    "OPTNEG version=6,         Negotiate is not legal in answer to MAIL",
    "ADDHEADER A|b,            AddHeader is not legal in answer to MAIL",
    "INSHEADER 0 A|b,          InsertHeader is not legal in answer to MAIL",
    "CHGHEADER 1 A|b,          ChangeHeader is not legal in answer to MAIL",
    "REPLBODY x,               ReplaceBody is not legal in answer to MAIL",
    "ADDRCPT <c@x>,            AddRecipient is not legal in answer to MAIL",
    "ADDRCPT_PAR <c@x> A=B,    AddRecipientWithArguments is not legal in answer to MAIL",
    "DELRCPT <c@x>,            DeleteRecipient is not legal in answer to MAIL",
    "CHGFROM <c@x>,            ChangeSender is not legal in answer to MAIL",
    "QUARANTINE why,           Quarantine is not legal in answer to MAIL",
    "HALF REPLYCODE 550 no,    'closed the connection in the middle of a packet, after 6 bytes'",
    "BYTES 000000,             'closed the connection in the middle of a packet, after 3 bytes'",
    "PAUSE 1ms,                closed the connection instead of answering MAIL",
  })
  void failsOnWhatIsNoAnswer(String answer, String text) throws Exception {
    String script = "...\n> MAIL\n< " + answer + "\n< CLOSE";
    try (ScriptedMilter milter = ScriptedMilter.script(script);
        Talk talk = Talk.with(milter)) {
      talk.say("C H");

      assertThatThrownBy(() -> talk.say("M"))
          .isInstanceOf(MilterException.class)
          .hasMessageContaining(text.replace("\"", ""));
      assertThat(milter.awaitFinished(Talk.AMPLE)).isTrue();
      assertThatThrownBy(() -> talk.say("R"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the session has failed, mail would pass the milter unseen");
    }
    assertThat(Watchdog.shared().size()).isZero();
  }

  @Test
  void noticesAtTheNextCommandThatItWasAnsweredTwice(@TempDir Path directory) throws Exception {
    for (var address : new java.net.SocketAddress[] {Sockets.tcp(), Sockets.unix(directory)}) {
      try (ScriptedMilter milter =
              ScriptedMilter.builder().listen(address).on("MAIL", "TWICE CONTINUE").start();
          Talk talk = Talk.with(milter)) {
        assertThat(talk.say("C H M")).isEqualTo("c c c");

        assertThatThrownBy(() -> talk.say("R"))
            .isInstanceOf(MilterProtocolException.class)
            .hasMessage("sent 5 bytes before RCPT, unasked: out of step");
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "ADDHEADER A|b, 'sent 9 bytes before MAIL, unasked: out of step'",
    "CLOSE,         closed the connection before MAIL",
  })
  void noticesAtTheNextMessageWhatCameBetween(String unasked, String text) throws Exception {
    ArrivalDialer dialer = new ArrivalDialer();
    try (ScriptedMilter milter =
            ScriptedMilter.builder().on("EOM", "ACCEPT", "PAUSE 50ms", unasked).start();
        Talk talk = Talk.with(milter.address(), builder -> builder.dialer(dialer))) {
      assertThat(talk.say("C H M R T N E A")).isEqualTo("c c c c c c a");

      dialer.awaitArrival();
      assertThatThrownBy(() -> talk.say("M")).isInstanceOf(MilterException.class).hasMessage(text);
    }
  }

  /** What a milter does on its own accord between two messages, and what that makes of it. */
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "CLOSE,                C H,               true",
    "RESET,                C H,               true",
    "CLOSE,                C H M R T N E A,   true",
    "RESET,                C H M R T N E A,   true",
    "'BYTES 00, CLOSE',    C H M R T N E A,   false",
    "'CONTINUE, CLOSE',    C H M R T N E A,   false",
  })
  void seesThatTheMilterHasClosedBetweenMessages(String unasked, String said, boolean isOver)
      throws Exception {
    for (boolean pipeline : new boolean[] {false, true}) {
      ArrivalDialer dialer = new ArrivalDialer();
      List<String> actions = new ArrayList<>(List.of("CONTINUE", "PAUSE 20ms"));
      actions.addAll(List.of(unasked.split(", ")));
      String last = said.endsWith("H") ? "HELO" : "EOM";
      try (ScriptedMilter milter =
              ScriptedMilter.builder().on(last, actions.toArray(String[]::new)).start();
          Talk talk =
              Talk.with(milter.address(), builder -> builder.dialer(dialer).pipeline(pipeline))) {
        talk.say(said);
        dialer.awaitArrival();

        assertThat(talk.session.endedEarly()).isEqualTo(isOver);
      }
    }
    assertThat(Watchdog.shared().size()).isZero();
  }

  @Test
  void milterThatWantsNoMessageNeedsNoNewConnection() throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.builder().on("HELO", "ACCEPT", "CLOSE").start();
        Talk talk = Talk.with(milter)) {
      talk.say("C H");

      assertThat(milter.awaitFinished(Talk.AMPLE)).isTrue();
      assertThat(talk.session.endedEarly()).isFalse();
    }
  }

  @Test
  void abortThatCannotBeToldIsNoFailure() throws Exception {
    ArrivalDialer dialer = new ArrivalDialer();
    try (ScriptedMilter milter = ScriptedMilter.builder().on("RCPT", "CONTINUE", "RESET").start();
        Talk talk = Talk.with(milter.address(), builder -> builder.dialer(dialer))) {
      talk.say("C H M R");
      dialer.awaitArrival();

      talk.say("A");

      assertThat(talk.session.endedEarly()).isTrue();
    }
  }

  @Test
  void pipelinedAnswersThatNobodyReadsEndTheConnection() throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.builder().start();
        Talk talk = Talk.with(milter.address(), builder -> builder.pipeline(true))) {
      talk.say("C H M R T");
      talk.session.send(Letters.command("L"), talk.macros);

      talk.say("A");

      assertThat(talk.session.endedEarly()).isTrue();
    }
  }

  @Test
  void noticesAtTheNextCommandThatTheMilterIsGone(@TempDir Path directory) throws Exception {
    for (var address : new java.net.SocketAddress[] {Sockets.tcp(), Sockets.unix(directory)}) {
      ArrivalDialer dialer = new ArrivalDialer();
      try (ScriptedMilter milter =
              ScriptedMilter.builder().listen(address).on("MAIL", "CONTINUE", "CLOSE").start();
          Talk talk = Talk.with(milter.address(), builder -> builder.dialer(dialer))) {
        assertThat(talk.say("C H M")).isEqualTo("c c c");
        dialer.awaitArrival();

        assertThatThrownBy(() -> talk.say("R"))
            .isInstanceOf(MilterException.class)
            .hasMessage("closed the connection before RCPT");
      }
    }
  }

  @Test
  void readsAnswersThatComeByteByByte() throws Exception {
    String slowly = "\n< SLOWLY 1/1ms ";
    try (ScriptedMilter milter =
            ScriptedMilter.script(
                "> OPTNEG"
                    + (slowly + "OPTNEG version=6 actions=0x1ff macros.mail=i,{mail_addr}")
                    + ("\n> CONNECT" + slowly + "PROGRESS" + slowly + "CONTINUE")
                    + ("\n> HELO" + slowly + "CONTINUE")
                    + ("\n> MAIL" + slowly + "CONTINUE")
                    + ("\n> RCPT" + slowly + "REPLYCODE 550 5.1.1 no such user")
                    + ("\n> RCPT" + slowly + "CONTINUE")
                    + ("\n> DATA" + slowly + "CONTINUE\n> EOH" + slowly + "CONTINUE\n> EOM")
                    + (slowly + "INSHEADER 1 A|b" + slowly + "REPLBODY new body")
                    + (slowly + "ADDRCPT_PAR <c@x> NOTIFY=NEVER" + slowly + "ACCEPT"));
        Talk talk = Talk.with(milter)) {

      assertThat(talk.say("C H M R R T N E")).isEqualTo("c c c y c c c a");
      assertThat(talk.edits).hasSize(3);
      milter.assertScriptFinished();
    }
  }

  @Test
  void takesTheLargestPieceOfABody() throws Exception {
    String piece = "x".repeat(1 << 20);
    try (ScriptedMilter milter =
            ScriptedMilter.builder()
                .on("EOM", "REPLBODY " + piece, "REPLBODY y", "ACCEPT")
                .start();
        Talk talk = Talk.with(milter)) {
      assertThat(talk.say("C H M R T N E")).isEqualTo("c c c c c c a");
      assertThat(
              talk.edits.stream()
                  .map(edit -> ((Reply.ReplaceBody) edit).chunk().toString())
                  .collect(Collectors.joining()))
          .isEqualTo(piece + "y");
    }
  }

  @Test
  void saysQuitToAMilterThatIsGoneWithoutAFuss() throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.builder().on("HELO", "CONTINUE", "RESET").start()) {
      Talk talk = Talk.with(milter);
      talk.say("C H");
      assertThat(milter.awaitFinished(Talk.AMPLE)).isTrue();

      talk.close();
      talk.close();

      assertThat(talk.warnings).hasSizeLessThanOrEqualTo(1);
      assertThat(Watchdog.shared().size()).isZero();
    }
  }
}
