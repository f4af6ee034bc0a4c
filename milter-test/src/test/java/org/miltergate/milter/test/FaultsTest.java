package org.miltergate.milter.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.miltergate.milter.test.RawMta.mail;
import static org.miltergate.milter.test.RawMta.offer;
import static org.miltergate.milter.test.RawMta.rcpt;

import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.Reply;

/** The ways in which a scripted milter misbehaves. */
class FaultsTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "BYTES 00000000,                     00000000",
    "BYTES 00 00 00 01 63,               0000000163",
    "HALF CONTINUE,                      0000",
    "HALF REPLYCODE 550 no,              000000087935",
    "TWICE CONTINUE,                     00000001630000000163",
    "REPEAT 3 PROGRESS,                  000000017000000001700000000170",
    "REPEAT 0 PROGRESS,                  ''",
    "SLOWLY 2/1ms CONTINUE,              0000000163",
    "SLOWLY 100/1s CONTINUE,             0000000163",
  })
  void sendsTheBytesThatTheLineStandsFor(String line, String hex) throws Exception {
    String script = "> MAIL\n< " + line + "\n< PAUSE 1ms\n< CLOSE";
    try (ScriptedMilter milter = ScriptedMilter.script(script);
        RawMta mta = new RawMta(milter.address())) {
      mta.ask(offer());
      mta.send(mail("<a@x>"));

      assertThat(HexFormat.of().formatHex(mta.readBytesToEnd().toArray())).isEqualTo(hex);
      milter.assertScriptFinished();
    }
  }

  @Test
  void speaksBeforeItIsAsked() throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.script("< BYTES 32323020\n< CLOSE");
        RawMta mta = new RawMta(milter.address())) {

      assertThat(mta.readBytesToEnd()).isEqualTo(Bytes.ofLatin1("220 "));
      milter.assertScriptFinished();
    }
  }

  @Test
  void stalledMilterReadsOnAndNeverAnswers() throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.script("> MAIL\n< STALL")) {
      try (RawMta mta = new RawMta(milter.address())) {
        mta.ask(offer());
        mta.send(mail("<a@x>"), rcpt("<b@x>"), new Command.Abort());
      }

      milter.assertScriptFinished();
      assertThat(milter.connection().commands(Command.Rcpt.class)).hasSize(1);
      assertThat(milter.transcript()).endsWith("> ABORT\n# closed by the MTA\n");
    }
  }

  @Test
  void deafMilterLetsTheMtasWritesFillUp() throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.script("> MAIL\n< DEAF");
        RawMta mta = new RawMta(milter.address())) {
      mta.ask(offer());
      mta.send(mail("<a@x>"));
      milter.assertScriptFinished();
      Thread closer = Thread.startVirtualThread(mta::close);

      Throwable failure = catchThrowable(() -> mta.sendBytes(new byte[64 << 20]));

      assertThat(failure).isInstanceOf(IOException.class);
      closer.join();
    }
  }

  @Test
  void resetIsNoUsualEnd() throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.script("> MAIL\n< RESET");
        RawMta mta = new RawMta(milter.address())) {
      mta.ask(offer());
      mta.send(mail("<a@x>"));

      assertThat(catchThrowable(mta::read)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void goesOnForEverUntilTheMtaHangsUp() throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.script("> MAIL\n< FOREVER PROGRESS")) {
      try (RawMta mta = new RawMta(milter.address())) {
        mta.ask(offer());
        mta.send(mail("<a@x>"));
        for (int i = 0; i < 20; i++) {
          assertThat(mta.read()).contains(new Reply.Progress());
        }
      }

      milter.assertScriptFinished();
      assertThat(milter.awaitFinished(java.time.Duration.ofSeconds(10))).isTrue();
    }
  }

  @Test
  void sendsAMillionEdits() throws Exception {
    try (ScriptedMilter milter =
            ScriptedMilter.script("> EOM\n< REPEAT 1000000 ADDHEADER A|b\n< ACCEPT");
        RawMta mta = new RawMta(milter.address())) {
      mta.ask(offer());
      mta.send(new Command.EndOfMessage());

      Reply edit = new Reply.AddHeader(Bytes.ofLatin1("A"), Bytes.ofLatin1("b"));
      for (int i = 0; i < 1_000_000; i++) {
        if (!mta.read().orElseThrow().equals(edit)) {
          throw new AssertionError("edit " + i);
        }
      }
      assertThat(mta.read()).contains(new Reply.Accept());
    }
  }
}
