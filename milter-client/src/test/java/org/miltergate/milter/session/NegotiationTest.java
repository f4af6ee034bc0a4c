package org.miltergate.milter.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.test.Sockets;
import org.miltergate.net.Endpoint;

/** Dial and negotiation over real sockets. */
class NegotiationTest {
  private static final String ALL_STAGES = "C H U M R T L N B E";

  @ParameterizedTest(name = "version {0}: {1}")
  @CsvSource({
    "2, O C H M R L N B E A Q",
    "3, O C H U M R L N B E A Q",
    "4, O C H U M R T L N B E A Q",
    "5, O C H U M R T L N B E A Q",
    "6, O C H U M R T L N B E A Q",
  })
  void tellsAMilterWhatItsVersionKnows(int version, String told) throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.builder().version(version).start()) {
      try (Talk talk = Talk.with(milter)) {
        talk.say(ALL_STAGES);

        assertThat(talk.session.negotiated().version()).isEqualTo(version);
      }

      assertThat(milter.awaitFinished(Talk.AMPLE)).isTrue();
      assertThat(Letters.of(milter.connection())).isEqualTo(told);
    }
  }

  @ParameterizedTest(name = "offers at most version {0}: {1}")
  @CsvSource({
    "2, version=2 actions=0x3f steps=0x7f",
    "3, version=3 actions=0x3f steps=0x17f",
    "4, version=4 actions=0x3f steps=0x37f",
    "6, version=6 actions=0x1ff steps=0x1fffff",
  })
  void offersNoMoreThanTheVersionThatIsSet(int version, String offer) throws Exception {
    String script = "> OPTNEG " + offer + "\n< OPTNEG version=2 actions=0x0";
    try (ScriptedMilter milter = ScriptedMilter.script(script)) {
      Talk.with(milter.address(), client -> client.version(version)).close();

      milter.assertScriptFinished();
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "version=7, 'milter wants protocol version 7, offered were 2 to 6'",
    "version=1, 'milter wants protocol version 1, offered were 2 to 6'",
    "actions=0x201, 'milter wants the actions 0x200, which were not offered; offered were 0x1ff'",
  })
  void failsOnWhatCannotBeHonoured(String wish, String text) throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.script("> OPTNEG\n< OPTNEG " + wish)) {
      assertThatThrownBy(() -> Talk.with(milter))
          .isInstanceOf(MilterProtocolException.class)
          .hasMessageStartingWith("negotiation: " + text);

      assertThat(milter.awaitFinished(Talk.AMPLE)).isTrue();
    }
  }

  @Test
  void masksStepsThatWereNotOfferedAndRemarksOnThem() throws Exception {
    try (ScriptedMilter milter =
            ScriptedMilter.script("> OPTNEG\n< OPTNEG version=6 steps=0x10200001\n...");
        Talk talk = Talk.with(milter)) {

      assertThat(talk.session.negotiated().steps().bits()).isEqualTo(1);
      assertThat(talk.warnings)
          .containsExactly("wants the protocol steps 0x200000, which were not offered");
      assertThat(talk.say("C H")).isEqualTo("- c");
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "HTTP/1.1 400 Bad Request, \"'HTTP', so another service seems to answer\"",
    "UNKNOWN COMMAND, \"'UNKN', so another service seems to answer\"",
    "220 mx.test ESMTP, \"'220 ', so another service seems to answer\"",
  })
  void namesAnotherServiceThatAnswers(String banner, String text) {
    String hex = HexFormat.of().formatHex(banner.getBytes(StandardCharsets.US_ASCII));
    try (ScriptedMilter milter = ScriptedMilter.script("< BYTES " + hex + "\n...")) {
      assertThatThrownBy(() -> Talk.with(milter))
          .isInstanceOf(MilterProtocolException.class)
          .hasMessageContaining(text.replace("\"", ""));
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "CLOSE,                          closed the connection instead of answering the negotiation",
    "CONTINUE,                       'negotiation: got Continue, wanted OPTNEG'",
    "BYTES 000000054f00000006,       'payload has 0 bytes left, actions needs 4'",
    "BYTES 0000001f4f0000000600000000000000000000000061,   closed the connection in the middle",
    "BYTES 000000124f0000000600000000000000000000000061,   macro list has no terminating NUL",
    "BYTES 0000000f4f0000000600000000000000000001,         'macro list stage needs 4'",
  })
  void failsOnAnAnswerThatIsNone(String answer, String text) {
    String end = answer.equals("CLOSE") ? "" : "\n< CLOSE";
    try (ScriptedMilter milter = ScriptedMilter.script("> OPTNEG\n< " + answer + end)) {
      assertThatThrownBy(() -> Talk.with(milter))
          .isInstanceOf(MilterException.class)
          .hasMessageContaining(text);
    }
  }

  @Test
  void waitsForTheAnswerNoLongerThanForACommand() {
    try (ScriptedMilter milter = ScriptedMilter.script("> OPTNEG\n< STALL")) {
      assertThatThrownBy(
              () -> Talk.with(milter.address(), c -> c.commandTimeout(Duration.ofMillis(150))))
          .isInstanceOf(MilterTimeoutException.class)
          .hasMessage("no answer to the negotiation within 150ms");

      assertThat(milter.awaitFinished(Talk.AMPLE)).isTrue();
    }
  }

  @Test
  void saysWhereNobodyListens(@TempDir Path directory) {
    Endpoint tcp = Sockets.nobody();
    Endpoint unix = new Endpoint.Unix(directory.resolve("none.sock"));

    assertThatThrownBy(() -> Talk.with(tcp, c -> c))
        .isInstanceOf(MilterConnectException.class)
        .hasMessage("cannot connect to " + tcp + ": Connection refused");
    assertThatThrownBy(() -> Talk.with(unix, c -> c))
        .isInstanceOf(MilterConnectException.class)
        .hasMessageStartingWith("cannot connect to unix:" + directory);
  }
}
