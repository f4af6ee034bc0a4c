package org.miltergate.milter.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.miltergate.milter.chain.FrontDoor.CLIENT;
import static org.miltergate.milter.chain.FrontDoor.MESSAGE;
import static org.miltergate.milter.chain.FrontDoor.message;
import static org.miltergate.milter.chain.FrontDoor.open;
import static org.miltergate.milter.chain.FrontDoor.stream;
import static org.miltergate.milter.chain.FrontDoor.text;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.milter.body.MemoryBudget;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.milter.session.MacroLists;
import org.miltergate.milter.session.MilterClient;
import org.miltergate.milter.test.Conversation.Received;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.test.Sockets;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.MacroStage;
import org.miltergate.milter.wire.ProtocolSteps.Step;
import org.miltergate.net.Endpoint;

/** The front door: strings, sockets' addresses and streams in, verdicts and a message out. */
class ChainSessionTest {
  @Test
  void twelveLinesPutAMessageThroughTwoMilters() throws Exception {
    try (ScriptedMilter m1 =
            ScriptedMilter.builder()
                .on("EOM", "INSHEADER 0 X-First|yes", "ADDRCPT <c@example.net>", "ACCEPT")
                .start();
        ScriptedMilter m2 =
            ScriptedMilter.builder()
                .on("RCPT <bad@example.net>", "REPLYCODE 550 5.1.1 not here")
                .on("EOM", "REPLBODY other\\r\\n", "CONTINUE")
                .start()) {
      MilterChain chain = MilterChain.of(m1.address().toString(), m2.address().toString());
      try (ChainSession session = chain.open("mx.example.org")) {
        assertThat(session.connect("mail.example.org", CLIENT).passes()).isTrue();
        assertThat(session.helo("mail.example.org").passes()).isTrue();
        assertThat(session.mail("<a@example.org>", "SIZE=100").passes()).isTrue();
        assertThat(session.rcpt("<b@example.net>").passes()).isTrue();
        assertThat(session.rcpt("bad@example.net"))
            .isEqualTo(
                new Verdict.Refuse(
                    SmtpReply.of(550, "5.1.1 not here"),
                    new Source(m2.address().toString(), Source.Cause.MILTER)));
        assertThat(session.data().passes()).isTrue();

        ContentResult result = session.content(stream(MESSAGE));

        assertThat(result.isDeliverable()).isTrue();
        assertThat(result.sender()).isEqualTo("<a@example.org>");
        assertThat(result.recipients()).containsExactly("<b@example.net>", "<c@example.net>");
        assertThat(text(result, "Received: by mx.example.org;\n\tnow"))
            .isEqualTo(
                "X-First: yes\r\nReceived: by mx.example.org;\r\n\tnow\r\n"
                    + "Message-ID: <1@example.org>\r\nSubject: hello\r\n\r\nother\r\n");
        assertThat(new String(result.toInputStream("").readAllBytes(), StandardCharsets.US_ASCII))
            .isEqualTo(text(result, ""));
      }

      assertThat(m1.connection().commands(Command.Connect.class).getFirst())
          .hasToString(
              new Command.Connect(
                      Bytes.ofLatin1("mail.example.org"), SmtpClient.at(CLIENT).address())
                  .toString());
      assertThat(m1.connection().commands(Command.Mail.class).getFirst().arguments())
          .containsExactly(Bytes.ofLatin1("SIZE=100"));
      assertThat(m2.connection().commands(Command.Rcpt.class).getLast().recipient())
          .hasToString("<bad@example.net>");
    }
  }

  @Test
  void secondMessageHasNothingOfTheFirst() throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.builder().start();
        ChainSession session = open(milter)) {
      session.connect(CLIENT);
      session.helo("client.test");
      session.queueId("first");
      message(session, "a@example.org", "b@example.net");
      ContentResult second = message(session, "", "d@example.net");

      assertThat(second.sender()).isEqualTo("<>");
      assertThat(second.recipients()).containsExactly("<d@example.net>");
      List<Received> mails = milter.connection().received(Command.Mail.class);
      assertThat(mails.get(0).macros())
          .containsEntry("i", "first")
          .containsEntry("{mail_addr}", "a@example.org")
          .containsEntry("{mail_host}", "example.org");
      assertThat(mails.get(1).macros())
          .doesNotContainKey("i")
          .containsEntry("{mail_addr}", "")
          .containsEntry("{mail_host}", "mx.test")
          .containsEntry("{mail_mailer}", "local");
      assertThat(milter.connection().received(Command.EndOfMessage.class).get(0).macros())
          .containsEntry("i", "first")
          .containsEntry("{msg_id}", "<1@example.org>");
    }
  }

  @Test
  void statesFactsInMacrosWhereTheyBelong() throws Exception {
    MacroLists lists =
        MacroLists.DEFAULT.with(
            MacroStage.CONNECT,
            Stream.of(
                    "j _ v {daemon_name} {daemon_port} {if_addr} {client_addr} {client_name}"
                        .concat(" {client_ptr} {client_resolve} {client_port} {mine}")
                        .split(" "))
                .map(Bytes::ofLatin1)
                .toList());
    try (ScriptedMilter milter = ScriptedMilter.builder().steps(Step.REJECTED_RECIPIENTS).start();
        ChainSession session =
            MilterChain.builder()
                .add(MilterClient.builder("m", milter.address()).macroLists(lists).build())
                .build()
                .open("mx.test")) {
      session.macro("{mine}", "yes");
      session.macro("v", "Server 1.0");
      session.server(new InetSocketAddress("2001:db8::1", 25));
      session.connect(
          SmtpClient.at(CLIENT).resolved("unknown", "liar.test", SmtpClient.Resolution.FORGED));
      session.helo("client.test");
      session.encrypted(
          new SmtpTls("TLSv1.3", "TLS_AES_256_GCM_SHA384", 256, "", "", "")
              .withCertificate("client.test", "Test CA"));
      session.helo("client.test");
      session.loggedIn("PLAIN", "alice");
      session.mail("a@example.org", "auth=boss@example.org");
      session.queueId("4fX");
      session.refusedRecipient("no@example.net", SmtpReply.of(550, "5.1.1 No such user"));
      session.rcpt("postmaster");
      session.abort();
      session.loggedOut();
      session.mail("a@example.org", "AUTH=boss@example.org");

      assertThat(macros(milter, Command.Connect.class, 0))
          .isEqualTo(
              Map.ofEntries(
                  Map.entry("j", "mx.test"),
                  Map.entry("_", "liar.test [192.0.2.7] (may be forged)"),
                  Map.entry("v", "Server 1.0"),
                  Map.entry("{daemon_name}", "mx.test"),
                  Map.entry("{daemon_port}", "25"),
                  Map.entry("{if_addr}", "IPv6:2001:db8::1"),
                  Map.entry("{client_addr}", "192.0.2.7"),
                  Map.entry("{client_name}", "unknown"),
                  Map.entry("{client_ptr}", "liar.test"),
                  Map.entry("{client_resolve}", "FORGED"),
                  Map.entry("{client_port}", "4711"),
                  Map.entry("{mine}", "yes")));
      assertThat(macros(milter, Command.Helo.class, 0)).isEmpty();
      assertThat(macros(milter, Command.Helo.class, 1))
          .containsEntry("{cipher_bits}", "256")
          .containsEntry("{cert_subject}", "client.test");
      assertThat(macros(milter, Command.Mail.class, 0))
          .containsEntry("{auth_authen}", "alice")
          .containsEntry("{auth_author}", "boss@example.org");
      assertThat(macros(milter, Command.Rcpt.class, 0))
          .containsEntry("i", "4fX")
          .containsEntry("{rcpt_mailer}", "error")
          .containsEntry("{rcpt_host}", "5.1.1");
      assertThat(macros(milter, Command.Rcpt.class, 1))
          .containsEntry("{rcpt_addr}", "postmaster")
          .containsEntry("{rcpt_mailer}", "local");
      assertThat(macros(milter, Command.Mail.class, 1))
          .doesNotContainKeys("{auth_type}", "{auth_authen}", "{auth_author}", "i");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.7,   [192.0.2.7], 192.0.2.7",
    "2001:db8::7, [2001:db8::7], 2001:db8::7",
    "0.0.0.0,     unknown, ''",
  })
  void clientWithoutANameIsCalledByItsAddress(String ip, String hostname, String address) {
    SmtpClient client = SmtpClient.at(new InetSocketAddress(ip, 4711));

    assertThat(client.hostname()).hasToString(hostname);
    assertThat(client.address().address()).hasToString(address);
    assertThat(client.named("unknown").hostname()).hasToString(hostname);
    assertThat(client.named("x.test").hostname()).hasToString("x.test");
  }

  @Test
  void envelopeHasEachAcceptedRecipientOnceAndNoneThatWasRefusedOrWithdrawn() throws Exception {
    try (ScriptedMilter milter =
            ScriptedMilter.builder()
                .on("RCPT <no@y.test>", "TEMPFAIL")
                .on("RCPT <gone@y.test>", "DISCARD")
                .start();
        ChainSession session = open(milter)) {
      session.connect(CLIENT);
      session.helo("client.test");
      session.mail("<a@x.test>");
      session.rcpt("<b@y.test>");
      session.rcpt("b@y.test");
      session.rcpt("<b@y.test>", "NOTIFY=NEVER");
      session.rcpt("<no@y.test>");
      session.rcpt("<c@y.test>");
      session.withdrawRecipient("c@y.test");

      assertThat(session.envelope().recipients())
          .extracting(r -> r.path() + " " + r.arguments())
          .containsExactly("<b@y.test> []", "<b@y.test> [NOTIFY=NEVER]");

      assertThat(session.rcpt("<gone@y.test>")).isInstanceOf(Verdict.Discard.class);
      assertThat(session.data().passes()).isTrue();
      ContentResult result = session.content(stream(MESSAGE));
      assertThat(result.verdict()).isInstanceOf(Verdict.Discard.class);
      assertThat(result.isDeliverable()).isFalse();
      assertThatThrownBy(() -> text(result, "")).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void orderOfSmtpIsKept() throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.builder().start();
        ChainSession session = open(milter)) {
      assertThatThrownBy(() -> session.mail("a@x.test")).isInstanceOf(IllegalStateException.class);
      session.connect(CLIENT);
      assertThatThrownBy(() -> session.rcpt("a@x.test")).isInstanceOf(IllegalStateException.class);
      session.mail("a@x.test");
      assertThatThrownBy(session::data).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> session.content(stream(MESSAGE)))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void deadMilterCountsByItsDefaultAction() throws Exception {
    Endpoint nobody = Sockets.nobody();
    try (ChainSession session = MilterChain.of(nobody.toString()).open("mx.test")) {
      assertThat(session.connect(CLIENT))
          .isEqualTo(
              new Verdict.Refuse(
                  SmtpReply.of(451, "4.7.1 Service unavailable - try again later"),
                  new Source(nobody.toString(), Source.Cause.DEFAULT_ACTION)));
      assertThat(session.mail("a@x.test")).isInstanceOf(Verdict.Refuse.class);
    }
  }

  /** As in the first example of the guide, which looks at one verdict and at the result. */
  @Test
  void nothingPassesAServerThatOverlooksRefusalsNorIsKept() throws Exception {
    MemoryBudget budget = MemoryBudget.ofBytes(1 << 20);
    MilterChain chain =
        MilterChain.builder().add(Sockets.nobody().toString()).memory(budget).build();
    try (ChainSession session = chain.open("mx.test")) {
      session.connect(CLIENT);
      session.helo("client.test");
      session.mail("<a@x.test>");
      session.rcpt("<b@y.test>");
      session.data();
      session.append(new byte[100_000], 0, 100_000);
      assertThat(budget.usedBytes()).isZero();
      ContentResult result = session.finish();

      assertThat(result.isDeliverable()).isFalse();
      assertThat(result.verdict())
          .isInstanceOfSatisfying(
              Verdict.Refuse.class, refuse -> assertThat(refuse.reply().code()).isEqualTo(451));
      assertThatThrownBy(() -> text(result, "")).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void sameEndpointTwiceIsRefused() {
    assertThatThrownBy(() -> MilterChain.of("inet:127.0.0.1:1", "inet:127.0.0.1:1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("inet:127.0.0.1:1");
    assertThatThrownBy(() -> MilterChain.of("127.0.0.1:1"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Map<String, String> macros(
      ScriptedMilter milter, Class<? extends Command> kind, int index) {
    return milter.connection().received(kind).get(index).macros();
  }
}
