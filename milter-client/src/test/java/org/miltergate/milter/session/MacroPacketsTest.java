package org.miltergate.milter.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.miltergate.milter.test.Conversation;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.MacroStage;

/** Macro packets on the wire: always the full set, and none that is empty. */
class MacroPacketsTest {

  @Test
  void sendsTheDefaultListOfEachStage() throws Exception {
    try (ScriptedMilter milter =
            ScriptedMilter.script(
                """
                > MACRO CONNECT j=mx.test v=1 _=c\\x20[192.0.2.7]
                > CONNECT
                < CONTINUE
                > HELO
                < CONTINUE
                > MACRO MAIL i=4fX {mail_addr}=a@x.test
                > MAIL
                < CONTINUE
                > MACRO RCPT i=4fX {rcpt_addr}=b@y.test
                > RCPT
                < CONTINUE
                > MACRO DATA i=4fX
                > DATA
                < CONTINUE
                > HEADER
                < CONTINUE
                > MACRO EOH i=4fX
                > EOH
                < CONTINUE
                > BODY
                < CONTINUE
                > MACRO EOM i=4fX {msg_id}=<1@x.test>
                > EOM
                < CONTINUE
                """);
        Talk talk = Talk.with(milter)) {
      talk.macros.set("j", "mx.test");
      talk.macros.set("v", "1");
      talk.macros.set("_", "c [192.0.2.7]");
      talk.macros.set("i", "4fX");
      talk.macros.set("{mail_addr}", "a@x.test");
      talk.macros.set("{rcpt_addr}", "b@y.test");
      talk.macros.set("{msg_id}", "<1@x.test>");

      assertThat(talk.say("C H M R T L N B E")).isEqualTo("c c c c c c c c c");
      milter.assertScriptFinished();
      assertThat(milter.transcript())
          .doesNotContain("MACRO HELO", "MACRO HEADER", "MACRO BODY", "MACRO UNKNOWN");
    }
  }

  @Test
  void sendsThemAllAgainForTheNextMessageWithoutWhatIsGone() throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.builder().start();
        Talk talk = Talk.with(milter)) {
      talk.macros.set("i", "1");
      talk.macros.set("{auth_authen}", "joe");
      talk.say("C H M A");
      talk.macros.clear("{auth_authen}");
      talk.say("M A M A");

      assertThat(milter.connection().received(Command.Mail.class))
          .extracting(Conversation.Received::macros)
          .containsExactly(
              Map.of("i", "1", "{auth_authen}", "joe"), Map.of("i", "1"), Map.of("i", "1"));
    }
  }

  @Test
  void tellsOfTlsWithTheSecondHelo() throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.builder().start();
        Talk talk = Talk.with(milter)) {
      talk.say("C H");
      talk.macros.set("{tls_version}", "TLSv1.3");
      talk.macros.set("{cipher}", "TLS_AES_256_GCM_SHA384");
      talk.macros.set("{cipher_bits}", "256");
      talk.say("H M");

      var helos = milter.connection().received(Command.Helo.class);
      assertThat(helos.get(0).macros()).isEmpty();
      assertThat(helos.get(1).macros())
          .containsOnlyKeys("{tls_version}", "{cipher}", "{cipher_bits}");
      assertThat(milter.connection().commands(Command.Connect.class)).hasSize(1);
    }
  }

  @Test
  void sendsWhatTheMilterAskedForInItsSpelling() throws Exception {
    try (ScriptedMilter milter =
            ScriptedMilter.builder()
                .macros(MacroStage.CONNECT, "")
                .macros(MacroStage.MAIL, "{i}, mail_addr {none}")
                .macros(MacroStage.END_OF_MESSAGE, "{client_addr}")
                .macros(MacroStage.END_OF_HEADERS, "{auth_type}")
                .start();
        Talk talk = Talk.with(milter)) {
      for (String name : new String[] {"j", "i", "{mail_addr}", "client_addr", "{auth_type}"}) {
        talk.macros.set(name, "of " + name);
      }
      talk.say("C H M R T L N B E");

      assertThat(milter.connection().received())
          .extracting(received -> Letters.of(received.command()) + new TreeMap<>(received.macros()))
          .containsExactly(
              "O{}",
              "C{}",
              "H{}",
              "M{mail_addr=of {mail_addr}, {i}=of i}",
              "R{i=of i}",
              "T{i=of i}",
              "L{}",
              "N{{auth_type}=of {auth_type}}",
              "B{}",
              "E{{client_addr}=of client_addr}");
    }
  }

  @Test
  void remarksOnAListForAStageThatDoesNotExist() throws Exception {
    try (ScriptedMilter milter =
            ScriptedMilter.script("> OPTNEG\n< OPTNEG version=6 macros.9=j macros.mail=j\n...");
        Talk talk = Talk.with(milter)) {
      talk.macros.set("j", "mx.test");
      talk.say("C H M");

      assertThat(talk.warnings).containsExactly("wants macros for the unknown stage 9");
      assertThat(milter.connection().received(Command.Mail.class).get(0).macros())
          .containsEntry("j", "mx.test");
    }
  }
}
