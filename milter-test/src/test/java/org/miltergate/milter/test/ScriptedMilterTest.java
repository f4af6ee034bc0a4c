package org.miltergate.milter.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.miltergate.milter.test.RawMta.bytes;
import static org.miltergate.milter.test.RawMta.connect;
import static org.miltergate.milter.test.RawMta.header;
import static org.miltergate.milter.test.RawMta.macro;
import static org.miltergate.milter.test.RawMta.mail;
import static org.miltergate.milter.test.RawMta.offer;
import static org.miltergate.milter.test.RawMta.rcpt;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.Actions;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.MacroList;
import org.miltergate.milter.wire.MacroStage;
import org.miltergate.milter.wire.Negotiation;
import org.miltergate.milter.wire.ProtocolSteps;
import org.miltergate.milter.wire.Reply;

class ScriptedMilterTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Reply CONTINUE = new Reply.Continue();

  @Test
  void playsAWholeConversation() throws Exception {
    try (ScriptedMilter milter =
            ScriptedMilter.script(
                """
                > OPTNEG version=6
                < OPTNEG version=6 actions=0x1 steps=0x0 macros.mail=i,{mail_addr}
                > CONNECT mail.example.org inet 192.0.2.1
                < CONTINUE
                > HELO mail.example.org
                < CONTINUE
                > MAIL <a@x> SIZE=9 BODY=8BITMIME
                < CONTINUE
                > RCPT <no@x>
                < REPLYCODE 550 5.1.1 no such user
                > RCPT
                < CONTINUE
                > DATA
                < CONTINUE
                > HEADER Subject| Grüße
                < CONTINUE
                > EOH
                < CONTINUE
                > BODY one\\r\\n...
                < SKIP
                > EOM
                < PROGRESS
                < ADDHEADER X-Test|yes
                < INSHEADER 1 X-Test| two
                < CHGHEADER 2 Subject|
                < ADDRCPT_PAR <c@x> NOTIFY=NEVER
                < CHGFROM <>
                < REPLBODY new\\r\\n
                < QUARANTINE look at it
                < ACCEPT
                > QUIT
                """);
        RawMta mta = new RawMta(milter.address())) {

      assertThat(mta.ask(offer()))
          .isEqualTo(
              new Reply.Negotiate(
                  new Negotiation(
                      6,
                      new Actions(1),
                      ProtocolSteps.NONE,
                      List.of(new MacroList(2, bytes("i,{mail_addr}"))))));
      assertThat(mta.ask(connect())).isEqualTo(CONTINUE);
      assertThat(mta.ask(new Command.Helo(bytes("mail.example.org")))).isEqualTo(CONTINUE);
      mta.send(macro('M', "i", "4fX"));
      assertThat(mta.ask(mail("<a@x>", "SIZE=9", "BODY=8BITMIME"))).isEqualTo(CONTINUE);
      assertThat(mta.ask(rcpt("<no@x>")))
          .isEqualTo(new Reply.ReplyCode(bytes("550 5.1.1 no such user")));
      assertThat(mta.ask(rcpt("<b@x>"))).isEqualTo(CONTINUE);
      assertThat(mta.ask(new Command.Data())).isEqualTo(CONTINUE);
      assertThat(mta.ask(new Command.Header(bytes("Subject"), Bytes.ofUtf8(" Grüße"))))
          .isEqualTo(CONTINUE);
      assertThat(mta.ask(new Command.EndOfHeaders())).isEqualTo(CONTINUE);
      assertThat(mta.ask(new Command.Body(bytes("one\r\ntwo\r\n")))).isEqualTo(new Reply.Skip());
      mta.send(new Command.EndOfMessage());
      assertThat(List.of(next(mta), next(mta), next(mta), next(mta)))
          .containsExactly(
              new Reply.Progress(),
              new Reply.AddHeader(bytes("X-Test"), bytes("yes")),
              new Reply.InsertHeader(1, bytes("X-Test"), bytes(" two")),
              new Reply.ChangeHeader(2, bytes("Subject"), Bytes.EMPTY));
      assertThat(List.of(next(mta), next(mta), next(mta), next(mta), next(mta)))
          .containsExactly(
              new Reply.AddRecipientWithArguments(bytes("<c@x>"), List.of(bytes("NOTIFY=NEVER"))),
              new Reply.ChangeSender(bytes("<>"), List.of()),
              new Reply.ReplaceBody(bytes("new\r\n")),
              new Reply.Quarantine(bytes("look at it")),
              new Reply.Accept());
      mta.send(new Command.Quit());

      milter.assertScriptFinished();
      assertThat(mta.read()).isEmpty();
      assertThat(milter.connection().received(Command.Mail.class).get(0).macros())
          .isEqualTo(Map.of("i", "4fX"));
      assertThat(milter.transcript())
          .startsWith("# connection 1\n> OPTNEG version=6 actions=0x1ff steps=0x1fffff\n")
          .contains("> MACRO MAIL i=4fX\n> MAIL <a@x> SIZE=9 BODY=8BITMIME\n< CONTINUE\n")
          .contains("> HEADER Subject| Gr\\xc3\\xbc\\xc3\\x9fe\n")
          .endsWith("> QUIT\n");
    }
  }

  private static Reply next(RawMta mta) throws Exception {
    return mta.read().orElseThrow();
  }

  @Test
  void tellsWhatWasExpectedAndWhatCame() throws Exception {
    try (ScriptedMilter milter =
            ScriptedMilter.script(
                """
                # the negotiation goes by itself
                > MAIL <a@x>
                < CONTINUE
                > RCPT <b@x>
                < CONTINUE
                """);
        RawMta mta = new RawMta(milter.address())) {
      mta.ask(offer());
      mta.ask(mail("<a@x>"));
      mta.send(rcpt("<c@x>"));

      assertThat(mta.read()).isEmpty();
      assertThatThrownBy(milter::assertScriptFinished)
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining(
              """
              connection 1, script line 4: expected
                > RCPT <b@x>
              but got
                > RCPT <c@x>
              """
                  .stripTrailing())
          .hasMessageContaining("All that was said:\n# connection 1\n> OPTNEG version=6");
    }
  }

  @Test
  void tellsWhatDidNotCome() throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.script("> MAIL\n< CONTINUE\n> RCPT\n< REJECT")) {
      try (RawMta mta = new RawMta(milter.address())) {
        mta.ask(offer());
        mta.ask(mail("<a@x>"));
      }

      assertThatThrownBy(milter::assertScriptFinished)
          .hasMessageContaining("script line 3: expected\n  > RCPT\nbut the connection ended");
    }
  }

  @Test
  void refusesWhatComesBehindTheEndButAbortAndQuit() throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.script("> MAIL\n< REJECT")) {
      try (RawMta mta = new RawMta(milter.address())) {
        mta.ask(offer());
        mta.ask(mail("<a@x>"));
        mta.send(macro('R', "i", "1"), new Command.Abort(), new Command.Quit());
        assertThat(mta.read()).isEmpty();
      }
      milter.assertScriptFinished();

      try (RawMta mta = new RawMta(milter.address())) {
        mta.ask(offer());
        mta.ask(mail("<a@x>"));
        mta.send(rcpt("<b@x>"));
        assertThat(mta.read()).isEmpty();
      }
      assertThatThrownBy(milter::assertScriptFinished)
          .hasMessageContaining("connection 2, after the end of the script, got\n  > RCPT <b@x>");
    }
  }

  @Test
  void threeDotsAnswerByDefaultUntilTheNextLineComes() throws Exception {
    try (ScriptedMilter milter =
            ScriptedMilter.script(
                """
                ...
                > RCPT <no@x>
                < REJECT
                > *
                > EOM
                < DISCARD
                ...
                """);
        RawMta mta = new RawMta(milter.address())) {
      mta.ask(offer());

      assertThat(mta.ask(connect())).isEqualTo(CONTINUE);
      assertThat(mta.ask(mail("<a@x>"))).isEqualTo(CONTINUE);
      assertThat(mta.ask(rcpt("<yes@x>"))).isEqualTo(CONTINUE);
      assertThat(mta.ask(rcpt("<no@x>"))).isEqualTo(new Reply.Reject());
      assertThat(mta.ask(new Command.Data())).isEqualTo(CONTINUE);
      assertThat(mta.ask(new Command.EndOfMessage())).isEqualTo(new Reply.Discard());
      assertThat(mta.ask(mail("<a@x>"))).isEqualTo(CONTINUE);
      mta.send(new Command.Quit());

      milter.assertScriptFinished();
      assertThat(milter.awaitFinished(SOON)).isTrue();
    }
  }

  @Test
  void holdsTheMtaToMacrosThatTheScriptNames() throws Exception {
    String script =
        """
        > MACRO MAIL i=4fX {auth_authen}
        > MAIL
        < CONTINUE
        """;
    try (ScriptedMilter milter = ScriptedMilter.scripts(script, script, script)) {
      try (RawMta good = new RawMta(milter.address())) {
        good.ask(offer());
        good.send(
            new Command.Macro(
                (byte) 'M',
                List.of(value("i", "4fX"), value("{auth_authen}", "me"), value("j", "mx"))));
        assertThat(good.ask(mail("<a@x>"))).isEqualTo(CONTINUE);
      }
      try (RawMta wrong = new RawMta(milter.address())) {
        wrong.ask(offer());
        wrong.send(macro('C', "j", "mx"), macro('M', "i", "other"), mail("<a@x>"));
        assertThat(wrong.read()).isEmpty();
      }
      try (RawMta without = new RawMta(milter.address())) {
        without.ask(offer());
        without.send(mail("<a@x>"));
        assertThat(without.read()).isEmpty();
      }

      assertThatThrownBy(milter::assertScriptFinished)
          .hasMessageContaining("connection 2, script line 1: expected\n  > MACRO MAIL i=4fX")
          .hasMessageContaining("but got\n  > MACRO MAIL i=other")
          .hasMessageContaining("connection 3, script line 1: expected\n  > MACRO MAIL i=4fX")
          .hasMessageContaining("but got\n  > MAIL <a@x>")
          .hasMessageNotContaining("connection 1,");
    }
  }

  private static org.miltergate.milter.wire.MacroValue value(String name, String value) {
    return new org.miltergate.milter.wire.MacroValue(bytes(name), bytes(value));
  }

  @Test
  void answersByTableByFunctionAndByRules() throws Exception {
    try (ScriptedMilter byTable =
            ScriptedMilter.answering(Map.of(Command.Mail.class, List.of(new Reply.Reject())));
        ScriptedMilter byFunction =
            ScriptedMilter.answering(command ->
                command instanceof Command.Rcpt(Bytes who, List<Bytes> arguments)
                        && who.equals(bytes("<no@x>"))
                    ? List.of(new Reply.TempFail())
                    : Answers.CONTINUE);
        ScriptedMilter byRules =
            ScriptedMilter.builder()
                .on("RCPT <no@x>", "REPLYCODE 550 no")
                .on("EOM", "ADDHEADER A|b", "CLOSE")
                .start()) {

      try (RawMta mta = new RawMta(byTable.address())) {
        mta.ask(offer());
        assertThat(mta.ask(connect())).isEqualTo(CONTINUE);
        assertThat(mta.ask(mail("<a@x>"))).isEqualTo(new Reply.Reject());
      }
      try (RawMta mta = new RawMta(byFunction.address())) {
        mta.ask(offer());
        mta.send(new Command.Abort());
        assertThat(mta.ask(rcpt("<b@x>"))).isEqualTo(CONTINUE);
        assertThat(mta.ask(rcpt("<no@x>"))).isEqualTo(new Reply.TempFail());
      }
      try (RawMta mta = new RawMta(byRules.address())) {
        mta.ask(offer());
        assertThat(mta.ask(rcpt("<no@x>"))).isEqualTo(new Reply.ReplyCode(bytes("550 no")));
        assertThat(mta.ask(header("Subject", "x"))).isEqualTo(CONTINUE);
        assertThat(mta.ask(new Command.EndOfMessage()))
            .isEqualTo(new Reply.AddHeader(bytes("A"), bytes("b")));
        assertThat(mta.read()).isEmpty();
      }
      byRules.assertScriptFinished();
    }
  }

  @Test
  void negotiatesAsItIsToldAndKeepsSilentWhereThatWasAgreed() throws Exception {
    try (ScriptedMilter milter =
            ScriptedMilter.builder()
                .version(4)
                .actions(Actions.Action.ADD_HEADERS)
                .steps(ProtocolSteps.Step.NO_REPLY_HEADERS, ProtocolSteps.Step.NO_BODY)
                .macros(MacroStage.MAIL, "i {mail_addr}")
                .start();
        RawMta mta = new RawMta(milter.address())) {

      assertThat(mta.ask(offer()))
          .isEqualTo(
              new Reply.Negotiate(
                  new Negotiation(
                      4,
                      new Actions(1),
                      new ProtocolSteps(0x90),
                      List.of(new MacroList(2, bytes("i {mail_addr}"))))));
      mta.send(header("A", "b"), header("C", "d"), new Command.EndOfHeaders());
      assertThat(mta.read()).contains(CONTINUE);
      mta.send(new Command.Quit());
      assertThat(mta.read()).isEmpty();
    }
  }

  @Test
  void talksToManyAtOnceOverAUnixSocket(@TempDir Path directory) throws Exception {
    try (ScriptedMilter milter =
        ScriptedMilter.builder()
            .script("> MAIL <a@x>\n< CONTINUE\n> QUIT")
            .listen(Sockets.unix(directory))
            .start()) {
      List<FutureTask<Reply>> mtas = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        FutureTask<Reply> mta =
            new FutureTask<>(() -> {
              try (RawMta raw = new RawMta(milter.address())) {
                raw.ask(offer());
                Reply reply = raw.ask(mail("<a@x>"));
                raw.send(new Command.Quit());
                return reply;
              }
            });
        Thread.startVirtualThread(mta);
        mtas.add(mta);
      }
      for (FutureTask<Reply> mta : mtas) {
        assertThat(mta.get(10, TimeUnit.SECONDS)).isEqualTo(CONTINUE);
      }
      assertThatCode(milter::assertScriptFinished).doesNotThrowAnyException();
      assertThat(milter.connections()).hasSize(50);
      assertThat(Files.list(directory)).hasSize(1);
    }
    assertThat(Files.list(directory)).isEmpty();
  }

  @Test
  void refusesAConnectionWithoutAScript() throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.scripts("> QUIT")) {
      try (RawMta first = new RawMta(milter.address());
          RawMta second = new RawMta(milter.address())) {
        first.ask(offer());
        first.send(new Command.Quit());
        assertThat(second.read()).isEmpty();
      }

      assertThatThrownBy(milter::assertScriptFinished)
          .hasMessageContaining("connection 2, there is no script for this connection");
    }
  }

  @Test
  void namesTheMalformedPacketThatItGot() throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.script("> MAIL\n< CONTINUE");
        RawMta mta = new RawMta(milter.address())) {
      mta.sendBytes((byte) 0, (byte) 0, (byte) 0, (byte) 0);

      assertThat(mta.read()).isEmpty();
      assertThatThrownBy(milter::assertScriptFinished)
          .hasMessageContaining("got what is no packet: frame length is 0");
    }
  }
}
