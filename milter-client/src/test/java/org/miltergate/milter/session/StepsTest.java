package org.miltergate.milter.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.test.ScriptedMilterBuilder;
import org.miltergate.milter.test.Sockets;
import org.miltergate.milter.wire.ProtocolSteps.Step;

/** What a milter is told and answers, by the steps it negotiated and by SKIP. */
class StepsTest {
  private static final Set<String> MACROS_SENT_AT =
      Set.of("CONNECT", "HELO", "MAIL", "RCPT", "DATA");

  @Test
  void tellsEverythingOverEachKindOfSocket(@TempDir Path directory) throws Exception {
    for (var address :
        new java.net.SocketAddress[] {Sockets.tcp(), Sockets.tcp6(), Sockets.unix(directory)}) {
      try (ScriptedMilter milter = ScriptedMilter.builder().listen(address).start()) {
        try (Talk talk = Talk.with(milter)) {
          assertThat(talk.say("C H U M R R U T L L N B B E A M R A H"))
              .isEqualTo("c c c c c c c c c c c c c c c c c");
        }

        assertThat(milter.awaitFinished(Talk.AMPLE)).isTrue();
        assertThat(Letters.of(milter.connection()))
            .isEqualTo("O C H U M R R U T L L N B B E A M R A H Q");
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "NO_CONNECT,        - c c c c c c c c c, O H U M R T L N B E A Q, CONNECT",
    "NO_HELO,           c - c c c c c c c c, O C U M R T L N B E A Q, HELO",
    "NO_UNKNOWN,        c c - c c c c c c c, O C H M R T L N B E A Q, UNKNOWN",
    "NO_MAIL,           c c c - c c c c c c, O C H U R T L N B E A Q, MAIL",
    "NO_RCPT,           c c c c - c c c c c, O C H U M T L N B E A Q, RCPT",
    "NO_DATA,           c c c c c - c c c c, O C H U M R L N B E A Q, DATA",
    "NO_HEADERS,        c c c c c c - c c c, O C H U M R T N B E A Q, HEADER",
    "NO_END_OF_HEADERS, c c c c c c c - c c, O C H U M R T L B E A Q, EOH",
    "NO_BODY,           c c c c c c c c - c, O C H U M R T L N E A Q, BODY",
  })
  void keepsBackWhatWasDeclinedButNotItsMacros(Step step, String answers, String told, String stage)
      throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.builder().steps(step).start()) {
      try (Talk talk = Talk.with(milter)) {
        talk.macros.set("i", "4fX");
        talk.macros.set("j", "mx.test");
        talk.macros.set("{cipher}", "none");
        assertThat(talk.say("C H U M R T L N B E")).isEqualTo(answers);
      }

      assertThat(milter.awaitFinished(Talk.AMPLE)).isTrue();
      assertThat(Letters.of(milter.connection())).isEqualTo(told);
      assertThat(milter.transcript().contains("MACRO " + stage))
          .isEqualTo(MACROS_SENT_AT.contains(stage));
    }
  }

  /** What a libmilter filter would leave unanswered is not told; what it needs is. */
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "NO_UNKNOWN NO_DATA,              C H M R T L N B E,     c c c c - c c c c",
    "NO_DATA,                         C H U M U R U T L N E, c c c c - c - - c c c",
    "NO_DATA,                         C H U M R U A U M R T, c c c c c - c c c -",
    "NO_DATA NO_RCPT,                 C H M U R U T L N E,   c c c - - - - c c c",
    "NO_MAIL NO_RCPT NO_DATA,         C H U M U R U T N E,   c c c - - - - - c c",
    "NO_MAIL NO_RCPT,                 C H U M U R U T U N E, c c c - c - c c - c c",
    "NO_REPLY_HELO,                   C H U M U R U T U L N, c . c c c c c c - c c",
    "NO_END_OF_HEADERS,               C H M R T L N B E,     c c c c c c - c c",
    "NO_END_OF_HEADERS,               C H M R T N B E,       c c c c c c c c",
    "NO_END_OF_HEADERS,               C H M R T N E,         c c c c c c c",
    "NO_END_OF_HEADERS NO_BODY,       C H M R T N B E,       c c c c c c - c",
    "NO_END_OF_HEADERS NO_HEADERS,    C H M R T N B E,       c c c c c - c c",
    "NO_END_OF_HEADERS NO_HEADERS,    C H M R T L N E,       c c c c c - - c",
    "NO_END_OF_HEADERS NO_DATA,       C H M R T N B E,       c c c c - - c c",
    "NO_END_OF_HEADERS NO_REPLY_END_OF_HEADERS, C H M R T N E, c c c c c . c",
    "NO_END_OF_HEADERS NO_MAIL NO_RCPT, C H M R T N E A M R T L N E, c c - - c c c - - c c - c",
  })
  void keepsToTheOrderInWhichLibmilterAnswers(String steps, String said, String answers)
      throws Exception {
    Step[] declined = Stream.of(steps.split(" ")).map(Step::valueOf).toArray(Step[]::new);
    try (ScriptedMilter milter = ScriptedMilter.builder().steps(declined).start();
        Talk talk = Talk.with(milter)) {
      assertThat(talk.say(said)).isEqualTo(answers);
    }
  }

  @ParameterizedTest(name = "version {0}: {1}")
  @CsvSource({
    "2, C H U M U R U T U L N E, c c - c - c - - - c c c",
    "3, C H U M U R U T U L N E, c c c c - c - - - c c c",
    "4, C H U M U R U T U L N E, c c c c c c c c - c c c",
  })
  void keepsToThatOrderInOlderVersions(int version, String said, String answers) throws Exception {
    try (ScriptedMilter milter =
            ScriptedMilter.script("> OPTNEG\n< OPTNEG version=" + version + "\n...");
        Talk talk = Talk.with(milter)) {
      assertThat(talk.say(said)).isEqualTo(answers);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "ACCEPT,   c c a c - c - c",
    "REJECT,   c c r c - c - c",
    "DISCARD,  c c d c - c - c",
    "TEMPFAIL, c c t c - c - c",
  })
  void tellsOfUnknownCommandsAfterTheVerdictOnAMessage(String verdict, String answers)
      throws Exception {
    try (ScriptedMilter milter =
            ScriptedMilter.builder().steps(Step.NO_DATA).on("MAIL", verdict).start();
        Talk talk = Talk.with(milter)) {
      assertThat(talk.say("C H M U R U T U")).isEqualTo(answers);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "NO_REPLY_CONNECT,        . c c c c c c c c c",
    "NO_REPLY_HELO,           c . c c c c c c c c",
    "NO_REPLY_UNKNOWN,        c c . c c c c c c c",
    "NO_REPLY_MAIL,           c c c . c c c c c c",
    "NO_REPLY_RCPT,           c c c c . c c c c c",
    "NO_REPLY_DATA,           c c c c c . c c c c",
    "NO_REPLY_HEADERS,        c c c c c c . c c c",
    "NO_REPLY_END_OF_HEADERS, c c c c c c c . c c",
    "NO_REPLY_BODY,           c c c c c c c c . c",
  })
  void doesNotWaitForAnAnswerThatWasDeclined(Step step, String answers) throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.builder().steps(step).start()) {
      try (Talk talk = Talk.with(milter)) {
        assertThat(talk.say("C H U M R T L N B E")).isEqualTo(answers);
      }

      assertThat(milter.awaitFinished(Talk.AMPLE)).isTrue();
      assertThat(Letters.of(milter.connection())).isEqualTo("O C H U M R T L N B E A Q");
    }
  }

  @Test
  void sendsNothingWhereBothEventAndAnswerWereDeclined() throws Exception {
    try (ScriptedMilter milter =
            ScriptedMilter.builder().steps(Step.NO_MAIL, Step.NO_REPLY_MAIL).start();
        Talk talk = Talk.with(milter)) {
      assertThat(talk.say("C H M R")).isEqualTo("c c - c");
    }
  }

  @Test
  void endsTheMessageTowardsAMilterThatDeclinedAllElse() throws Exception {
    try (ScriptedMilter milter = script("> OPTNEG\n< OPTNEG version=6 steps=0x37f\n...")) {
      try (Talk talk = Talk.with(milter)) {
        talk.macros.set("i", "4fX");
        assertThat(talk.say("C H U M R T L N B E A M R A M R T L N B E A"))
            .isEqualTo("- - - - - - - - - c - - - - - - - - c");
      }

      assertThat(milter.awaitFinished(Talk.AMPLE)).isTrue();
      assertThat(Letters.of(milter.connection())).isEqualTo("O E A E A Q");
    }
  }

  @Test
  void writesMacrosWithTheirCommandAndAllUnansweredContentAtOnce() throws Exception {
    CountingDialer dialer = new CountingDialer();
    try (ScriptedMilter milter = allUnanswered().start();
        Talk talk = Talk.with(milter.address(), client -> client.dialer(dialer))) {
      talk.macros.set("i", "4fX");
      int offer = dialer.writes();

      assertThat(talk.say("C H M R R T")).isEqualTo(". . . . . .");
      int envelope = dialer.writes() - offer;
      assertThat(talk.say("L L L N B B")).isEqualTo(". . . . . .");
      int content = dialer.writes() - offer - envelope;
      assertThat(talk.say("E A M")).isEqualTo("c .");
      int end = dialer.writes() - offer - envelope - content;

      assertThat(offer).isEqualTo(1);
      assertThat(envelope).isEqualTo(6);
      assertThat(content).isZero();
      assertThat(end).as("content with end of message, ABORT with the next MAIL").isEqualTo(2);
    }
  }

  @ParameterizedTest(name = "SKIP at {0}")
  @CsvSource({
    // what is skipped ends with the message, or not at all
    "CONNECT, C H M R,                         s c c c",
    "HELO,    C H M R,                         c s c c",
    "MAIL,    C H M R T L,                     c c s c c c",
    "RCPT,    C H M R R T L N B E A M R,       c c c s - c c c c c c s",
    "DATA,    C H M R T L N B E,               c c c c s c c c c",
    "HEADER,  C H M R T L L N B E A M R T L L, c c c c c s - c c c c c c s -",
    "EOH,     C H M R T L N B E,               c c c c c c s c c",
    "BODY,    C H M R T L N B B E A M R T N B, c c c c c c c s - c c c c c s",
    "EOM,     C H M R T L N B E A M,           c c c c c c c c s c",
    "UNKNOWN, C H U U M,                       c c s s c",
  })
  void skipsThreeKindsOfEventForOneMessage(String stage, String said, String answers)
      throws Exception {
    try (ScriptedMilter milter =
            ScriptedMilter.builder().steps(Step.SKIP).on(stage, "SKIP").start();
        Talk talk = Talk.with(milter)) {
      assertThat(talk.say(said)).isEqualTo(answers);
      assertThat(talk.warnings).isEmpty();
    }
  }

  @Test
  void honoursSkipThatWasNotAgreedAndRemarksOnIt() throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.builder().on("BODY", "SKIP").start();
        Talk talk = Talk.with(milter)) {
      assertThat(talk.say("C H M R T L N B B E")).isEqualTo("c c c c c c c s - c");
      assertThat(talk.warnings)
          .containsExactly("answered SKIP to BODY without having asked for that right");
    }
  }

  private static ScriptedMilterBuilder allUnanswered() {
    return ScriptedMilter.builder()
        .steps(
            Step.NO_REPLY_CONNECT,
            Step.NO_REPLY_HELO,
            Step.NO_REPLY_MAIL,
            Step.NO_REPLY_RCPT,
            Step.NO_REPLY_DATA,
            Step.NO_REPLY_UNKNOWN,
            Step.NO_REPLY_HEADERS,
            Step.NO_REPLY_END_OF_HEADERS,
            Step.NO_REPLY_BODY);
  }

  private static ScriptedMilter script(String text) {
    return ScriptedMilter.script(text);
  }
}
