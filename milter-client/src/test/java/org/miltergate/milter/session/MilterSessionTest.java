package org.miltergate.milter.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.DataSize;
import org.miltergate.milter.wire.Reply;
import org.miltergate.net.LocalFailureException;

/** The order of a session: what follows a verdict, the end of a message and the end of it all. */
class MilterSessionTest {

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    // A ends a message; the milter hears of it where one was begun, once, and before QUIT.
    "no client,                  '',                        O Q",
    "no HELO,                    C M R T N E,               O C M R T N E A Q",
    "no message,                 C H A,                     O C H Q",
    "HELO twice,                 C H H M,                   O C H H M A Q",
    "message given up,           C H M R A,                 O C H M R A Q",
    "given up twice,             C H M A A M A,             O C H M A M A Q",
    "gone at MAIL,               C H M,                     O C H M A Q",
    "gone at RCPT,               C H M R,                   O C H M R A Q",
    "gone at DATA,               C H M R T,                 O C H M R T A Q",
    "gone in the header,         C H M R T L,               O C H M R T L A Q",
    "gone in the body,           C H M R T L N B,           O C H M R T L N B A Q",
    "message done,               C H M R T L N B E A,       O C H M R T L N B E A Q",
    "second message,             C H M R T N E A M R T N E A, O C H M R T N E A M R T N E A Q",
    "unknown commands,           C U H U M U R U T L,       O C U H U M U R U T L A Q",
    "unknown command at DATA,    C H M R T U L,             O C H M R T L A Q",
    "no header and no body,      C H M R T N E,             O C H M R T N E A Q",
  })
  void tellsOfTheEndOfEachMessageAndOfTheSession(String what, String said, String told)
      throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.builder().start()) {
      try (Talk talk = Talk.with(milter)) {
        if (!said.isEmpty()) {
          talk.say(said);
        }
      }

      assertThat(milter.awaitFinished(Talk.AMPLE)).isTrue();
      assertThat(Letters.of(milter.connection())).isEqualTo(told);
    }
  }

  @ParameterizedTest(name = "{1} at {0}")
  @CsvSource({
    // A verdict on the message holds until the next one, at CONNECT and HELO for the connection.
    "CONNECT, ACCEPT,   C H M R,                a - - -,             O C Q",
    "CONNECT, REJECT,   C H M R,                r - - -,             O C Q",
    "CONNECT, TEMPFAIL, C H M R,                t - - -,             O C Q",
    "CONNECT, DISCARD,  C H M R,                c c c c,             O C H M R A Q",
    "HELO,    ACCEPT,   C H M A H M,            c a - - -,           O C H Q",
    "HELO,    REJECT,   C H M A H M,            c r - - -,           O C H Q",
    "HELO,    DISCARD,  C H M,                  c c c,               O C H M A Q",
    "MAIL,    ACCEPT,   C H M R U T L N B E A M, c c a - c - - - - - a, O C H M U A M A Q",
    "MAIL,    REJECT,   C H M A M,              c c r r,             O C H M A M A Q",
    "MAIL,    TEMPFAIL, C H M A M,              c c t t,             O C H M A M A Q",
    "MAIL,    DISCARD,  C H M R T L A M,        c c d - - - d,       O C H M A M A Q",
    "RCPT,    ACCEPT,   C H M R R T E? A M R,   c c c a - - c a,     O C H M R A M R A Q",
    "RCPT,    REJECT,   C H M R R T N E,        c c c r r c c c,     O C H M R R T N E A Q",
    "RCPT,    DISCARD,  C H M R R T A M,        c c c d - - c,       O C H M R A M A Q",
    "DATA,    REJECT,   C H M R T L N E A M,    c c c c r - - - c,   O C H M R T A M A Q",
    "HEADER,  ACCEPT,   C H M R T L L N B E A M, c c c c c a - - - - c, O C H M R T L A M A Q",
    "HEADER,  REJECT,   C H M R T L L N B E A M, c c c c c r - - - - c, O C H M R T L A M A Q",
    "EOH,     DISCARD,  C H M R T L N B E A M,  c c c c c c d - - c, O C H M R T L N A M A Q",
    "BODY,    TEMPFAIL, C H M R T N B B E A M,  c c c c c c t - - c, O C H M R T N B A M A Q",
    "EOM,     REJECT,   C H M R T N E A M,      c c c c c c r c,     O C H M R T N E A M A Q",
    "UNKNOWN, REJECT,   C H U M U R,            c c r c r c,         O C H U M U R A Q",
    "UNKNOWN, ACCEPT,   C H U M U R A M,        c c a c a - c,       O C H U M U A M A Q",
    "UNKNOWN, DISCARD,  C H U M,                c c c c,             O C H U M A Q",
    "RCPT,    SHUTDOWN, C H M R R A M,          c c c 4 - -,         O C H M R A Q",
  })
  void tellsNoMoreThanAVerdictLeavesOpen(
      String stage, String verdict, String said, String answers, String told) throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.builder().on(stage, verdict).start()) {
      try (Talk talk = Talk.with(milter)) {
        assertThat(talk.say(said.replace("E? ", ""))).isEqualTo(answers);
      }

      assertThat(milter.awaitFinished(Talk.AMPLE)).isTrue();
      assertThat(Letters.of(milter.connection())).isEqualTo(told);
    }
  }

  @Test
  void hangsUpOnAMilterThatAcceptsTheClient() throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.builder().on("CONNECT", "ACCEPT").start();
        Talk talk = Talk.with(milter)) {
      talk.say("C");

      assertThat(milter.awaitFinished(Talk.AMPLE)).as("its connection is over").isTrue();
      assertThat(Letters.of(milter.connection())).isEqualTo("O C Q");
      assertThat(talk.say("H M R T N E A")).isEqualTo("- - - - - -");
    }
  }

  @Test
  void carriesTwentyMessages() throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.builder().on("EOM", "ACCEPT").start()) {
      try (Talk talk = Talk.with(milter)) {
        talk.say("C H");
        for (int i = 0; i < 20; i++) {
          assertThat(talk.say("M R T L N B E A")).isEqualTo("c c c c c c a");
        }
      }

      assertThat(milter.awaitFinished(Talk.AMPLE)).isTrue();
      assertThat(Letters.of(milter.connection()))
          .isEqualTo("O C H " + "M R T L N B E A ".repeat(20) + "Q");
    }
  }

  @ParameterizedTest
  @CsvSource({"H", "C C", "C H R", "C H T", "C H M T", "C H M R L", "C H M R T E", "C H M R T N L"})
  void refusesAnOrderThatAFilterWouldLeaveUnanswered(String said) throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.builder().start();
        Talk talk = Talk.with(milter)) {
      assertThatThrownBy(() -> talk.say(said))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("cannot follow in state");
    }
  }

  @Test
  void handsOverModificationsInTheirOrder() throws Exception {
    try (ScriptedMilter milter =
            ScriptedMilter.builder()
                .on("EOM", "ADDHEADER A|1", "PROGRESS", "REPLBODY x", "DELRCPT <b@y>", "ACCEPT")
                .start();
        Talk talk = Talk.with(milter)) {

      assertThat(talk.say("C H M R T N E")).isEqualTo("c c c c c c a");
      assertThat(talk.edits)
          .containsExactly(
              new Reply.AddHeader(Bytes.ofLatin1("A"), Bytes.ofLatin1("1")),
              new Reply.ReplaceBody(Bytes.ofLatin1("x")),
              new Reply.DeleteRecipient(Bytes.ofLatin1("<b@y>")));
    }
  }

  @ParameterizedTest(name = "{0} bytes, {1}")
  @CsvSource({"65535, USUAL", "262143, LARGE", "1048575, LARGEST"})
  void sendsBodyPacketsAsLargeAsWasAgreed(int bytes, DataSize size) throws Exception {
    int bit = size == DataSize.USUAL ? 0 : size == DataSize.LARGE ? 0x10000000 : 0x20000000;
    String script = "> OPTNEG\n< OPTNEG version=6 steps=0x" + Integer.toHexString(bit) + "\n...";
    Bytes chunk = Bytes.copyOf(new byte[bytes]);
    try (ScriptedMilter milter = ScriptedMilter.script(script);
        Talk talk = Talk.with(milter.address(), client -> client.offerDataSize(size))) {
      talk.say("C H M R T N");

      talk.session.send(new Command.Body(chunk), talk.macros);
      talk.session.receive();
      assertThat(milter.connection().commands(Command.Body.class))
          .containsExactly(new Command.Body(chunk));

      Command tooLarge = new Command.Body(Bytes.copyOf(new byte[bytes + 1]));
      assertThatThrownBy(() -> talk.session.send(tooLarge, talk.macros))
          .isInstanceOf(LocalFailureException.class)
          .hasMessageContaining("limit is " + bytes);
    }
  }

  @Test
  void failsWhenSomethingIsTooLongForAPacket() throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.builder().start();
        Talk talk = Talk.with(milter)) {
      talk.macros.set("{auth_author}", "x".repeat(70_000));

      assertThatThrownBy(() -> talk.say("C H M"))
          .isInstanceOf(LocalFailureException.class)
          .hasMessageStartingWith("cannot be told: packet 'D' has a payload of");
      assertThat(milter.awaitFinished(Talk.AMPLE)).isTrue();
    }
  }
}
