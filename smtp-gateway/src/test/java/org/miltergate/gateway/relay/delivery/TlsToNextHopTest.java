package org.miltergate.gateway.relay.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.nexthop.NextHopProtocol;
import org.miltergate.config.nexthop.NextHopTimeouts;
import org.miltergate.config.nexthop.NextHopTlsConfig;
import org.miltergate.config.nexthop.TlsLevel;
import org.miltergate.gateway.relay.DeliveryResult;
import org.miltergate.gateway.relay.DeliveryResult.Delivered;
import org.miltergate.gateway.relay.DeliveryResult.Unavailable;
import org.miltergate.gateway.relay.Mail;
import org.miltergate.milter.test.smtp.Reaction;
import org.miltergate.milter.test.smtp.SinkEvent;
import org.miltergate.milter.test.smtp.SinkSession;

/** TLS towards the next hop: every level with every way in which it can fail. */
class TlsToNextHopTest extends RelayFixture {
  private static final List<String> PLAIN_DELIVERY =
      List.of(
          "EHLO gateway.example", "MAIL FROM:<sender@example.org>", "RCPT TO:<one@example.net>");

  private void level(TlsLevel level) throws Exception {
    NextHopTlsConfig tls =
        NextHopTlsConfig.of(level)
            .with(t ->
                t.set(NextHopTlsConfig.CA, Optional.of(TestTls.ca()))
                    .set(NextHopTlsConfig.NAME, "mx.test"));
    reopen(config -> config.with(NextHopConfig.Smtp.TLS, tls));
  }

  @ParameterizedTest
  @EnumSource(
      value = TlsLevel.class,
      names = {"MAY", "ENCRYPT", "VERIFY"})
  void whereTlsWorksEverythingGoesInIt(TlsLevel level) throws Exception {
    sink.startTls(TestTls.server("good"), "SIZE 1000000");
    level(level);

    DeliveryResult result = hop.deliver(Mail.to("one@example.net"));

    assertThat(result).isInstanceOf(Delivered.class);
    SinkSession session = sink.session(1);
    assertThat(session.lines())
        .startsWith(
            "EHLO gateway.example",
            "STARTTLS",
            "EHLO gateway.example",
            "MAIL FROM:<sender@example.org> SIZE=" + sizeOf(Mail.TEXT),
            "RCPT TO:<one@example.net>",
            "DATA");
    assertThat(session.commands().subList(2, 6)).allMatch(command -> command.encrypted());
  }

  private static int sizeOf(String text) {
    return text.length() + Mail.RECEIVED.length();
  }

  @Test
  void withoutTlsNothingIsAskedFor() throws Exception {
    sink.startTls(TestTls.server("good"));
    level(TlsLevel.NONE);

    hop.deliver(Mail.to("one@example.net"));

    assertThat(sink.session(1).lines()).startsWith(PLAIN_DELIVERY.toArray(String[]::new));
  }

  @Test
  void implicitTlsBeginsWithTheFirstByte() throws Exception {
    sink.on(
        SinkEvent.CONNECT,
        Reaction.tls(TestTls.server("good")).then(Reaction.reply("220 sink.example ESMTP")));
    NextHopTlsConfig tls =
        NextHopTlsConfig.of(TlsLevel.VERIFY)
            .with(t ->
                t.set(NextHopTlsConfig.CA, Optional.of(TestTls.ca()))
                    .set(NextHopTlsConfig.NAME, "mx.test"));
    reopen(config ->
        config.with(c ->
            c.set(NextHopConfig.Smtp.PROTOCOL, NextHopProtocol.SMTPS)
                .set(NextHopConfig.Smtp.TLS, tls)));

    assertThat(hop.deliver(Mail.to("one@example.net"))).isInstanceOf(Delivered.class);

    assertThat(sink.session(1).commands()).allMatch(command -> command.encrypted());
    assertThat(sink.session(1).lines()).doesNotContain("STARTTLS");
  }

  @Test
  void implicitTlsAgainstAServerWithoutIsATempfail() throws Exception {
    reopen(config ->
        config.with(c ->
            c.set(NextHopConfig.Smtp.PROTOCOL, NextHopProtocol.SMTPS)
                .set(NextHopConfig.Smtp.TLS, NextHopTlsConfig.of(TlsLevel.ENCRYPT))));

    DeliveryResult result = hop.deliver(Mail.to("one@example.net"));

    assertThat(replyOf(result)).startsWith("451 4.7.5 ");
    assertThat(sink.messages()).isEmpty();
  }

  @Test
  void nameOfTheHostIsComparedIfNoOtherIsGiven() throws Exception {
    sink.startTls(TestTls.server("good"));
    NextHopTlsConfig tls =
        NextHopTlsConfig.of(TlsLevel.VERIFY).with(NextHopTlsConfig.CA, Optional.of(TestTls.ca()));
    reopen(config -> config.with(NextHopConfig.Smtp.TLS, tls));

    assertThat(hop.deliver(Mail.to("one@example.net"))).isInstanceOf(Delivered.class);
  }

  /** What a handshake can meet. */
  private enum Fault {
    REFUSED_FOR_NOW(Reaction.reply("454 4.7.0 TLS not available")),
    REFUSED(Reaction.reply("502 5.5.1 what?")),
    GARBAGE(
        Reaction.reply("220 go")
            .then(Reaction.pause(Duration.ofMillis(50)))
            .then(Reaction.raw("250 this is not TLS at all\r\n"))),
    CUT(Reaction.reply("220 go").then(Reaction.close())),
    RESET(
        Reaction.reply("220 go")
            .then(Reaction.pause(Duration.ofMillis(50)))
            .then(Reaction.reset())),
    STALL(Reaction.reply("220 go").then(Reaction.stall()));

    private final Reaction reaction;

    Fault(Reaction reaction) {
      this.reaction = reaction;
    }
  }

  static List<Arguments> faults() {
    List<Arguments> all = new ArrayList<>();
    for (Fault fault : Fault.values()) {
      for (TlsLevel level : List.of(TlsLevel.MAY, TlsLevel.ENCRYPT, TlsLevel.VERIFY)) {
        all.add(Arguments.of(level, fault));
      }
    }
    return all;
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("faults")
  void failureIsATempfailOrGoesWithout(TlsLevel level, Fault fault) throws Exception {
    sink.startTls(TestTls.server("good"));
    sink.on(SinkEvent.STARTTLS, fault.reaction);
    NextHopTlsConfig tls = NextHopTlsConfig.of(level).with(NextHopTlsConfig.NAME, "mx.test");
    reopen(config ->
        config.with(c ->
            c.set(NextHopConfig.Smtp.TLS, tls)
                .set(
                    NextHopConfig.Smtp.TIMEOUTS,
                    fault == Fault.STALL
                        ? config.timeouts().with(NextHopTimeouts.STARTTLS, SHORT)
                        : config.timeouts())));

    DeliveryResult result = hop.deliver(Mail.to("one@example.net"));

    if (level == TlsLevel.MAY) {
      assertThat(result).isInstanceOf(Delivered.class);
      assertThat(sink.session(2).lines()).startsWith(PLAIN_DELIVERY.toArray(String[]::new));
      assertThat(sink.session(2).commands()).noneMatch(command -> command.encrypted());
    } else {
      assertThat(replyOf(result))
          .isEqualTo(
              fault == Fault.REFUSED || fault == Fault.REFUSED_FOR_NOW
                  ? "451 4.7.4 Next hop does not offer TLS - try again later"
                  : "451 4.7.5 TLS with next hop failed - try again later");
      assertThat(((Unavailable) result).cause())
          .containsAnyOf("Cannot start TLS with 127.0.0.1[", "refused to start TLS: ");
      assertThat(sink.sessions()).hasSize(1);
      assertThat(sink.messages()).isEmpty();
    }
    assertThat(sink.session(1).lines()).noneMatch(line -> line.startsWith("MAIL"));
  }

  @ParameterizedTest
  @EnumSource(
      value = TlsLevel.class,
      names = {"ENCRYPT", "VERIFY"})
  void requiredTlsThatIsNotOfferedIsATempfail(TlsLevel level) throws Exception {
    level(level);

    DeliveryResult result = hop.deliver(Mail.to("one@example.net"));

    assertThat(replyOf(result))
        .isEqualTo("451 4.7.4 Next hop does not offer TLS - try again later");
    assertThat(((Unavailable) result).cause())
        .isEqualTo(
            "TLS is required, but was not offered by host 127.0.0.1[127.0.0.1]:" + sink.port());
    assertThat(sink.session(1).lines()).noneMatch(line -> line.startsWith("MAIL"));
  }

  @Test
  void requiredTlsIsNotLostByAnOldServer() throws Exception {
    sink.on(SinkEvent.EHLO, Reaction.reply("502 5.5.1 what?"));
    level(TlsLevel.ENCRYPT);

    assertThat(replyOf(hop.deliver(Mail.to("one@example.net")))).startsWith("451 4.7.4 ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"expired", "other-name", "unknown"})
  void certificateThatIsNotAsWantedIsATempfail(String certificate) throws Exception {
    sink.startTls(TestTls.server(certificate));
    level(TlsLevel.VERIFY);

    DeliveryResult result = hop.deliver(Mail.to("one@example.net"));

    assertThat(replyOf(result)).startsWith("451 4.7.5 ");
    assertThat(sink.messages()).isEmpty();
    assertThat(sink.sessions()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"expired", "other-name", "unknown"})
  void certificateIsNotLookedAtWhereOnlyTlsIsWanted(String certificate) throws Exception {
    sink.startTls(TestTls.server(certificate));
    level(TlsLevel.ENCRYPT);

    assertThat(hop.deliver(Mail.to("one@example.net"))).isInstanceOf(Delivered.class);
    assertThat(sink.session(1).commands().getLast().encrypted()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(
      value = TlsLevel.class,
      names = {"MAY", "ENCRYPT", "VERIFY"})
  void whatIsSaidBehindTheReplyToStarttlsIsNotTakenForSaidInTls(TlsLevel level) throws Exception {
    sink.startTls(TestTls.server("good"));
    sink.on(
        SinkEvent.STARTTLS,
        Reaction.raw("220 go\r\n250-evil.example\r\n250 AUTH PLAIN\r\n")
            .then(Reaction.tls(TestTls.server("good"))));
    level(level);

    DeliveryResult result = hop.deliver(Mail.to("one@example.net"));

    assertThat(replyOf(result)).startsWith("451 4.5.0 ");
    assertThat(((Unavailable) result).cause())
        .contains("said more than its reply to STARTTLS before the TLS handshake");
    List<SinkSession> sessions = sink.awaitSessions("end", all -> all.getFirst().ended());
    assertThat(sessions).hasSize(1);
    assertThat(sink.messages()).isEmpty();
  }

  @Test
  void whatWasOfferedBeforeTlsDoesNotCount() throws Exception {
    sink.startTls(TestTls.server("good"), "8BITMIME");
    sink.on(
        SinkEvent.EHLO,
        call -> !call.encrypted(),
        Reaction.reply("250-sink.example", "250-STARTTLS", "250-PIPELINING", "250 SIZE 10"));
    level(TlsLevel.ENCRYPT);

    assertThat(hop.deliver(Mail.to("one@example.net"))).isInstanceOf(Delivered.class);
    assertThat(sink.session(1).lines())
        .contains("MAIL FROM:<sender@example.org>", "RCPT TO:<one@example.net>");
    assertThat(sink.session(1).commands()).noneMatch(command -> command.pipelined());
  }

  @Test
  void encryptedConnectionsAreKeptAndCheckedToo() throws Exception {
    sink.startTls(TestTls.server("good"), "PIPELINING");
    level(TlsLevel.VERIFY);

    for (int i = 0; i < 3; i++) {
      assertThat(hop.deliver(Mail.to("one@example.net"))).isInstanceOf(Delivered.class);
    }
    assertThat(sink.sessions()).hasSize(1);

    sink.on(
        SinkEvent.END_OF_DATA,
        call -> call.session() == 1,
        Reaction.reply("250 2.0.0 Ok").then(Reaction.close()));
    hop.deliver(Mail.to("one@example.net"));
    sink.awaitSessions("end", all -> all.getFirst().ended());
    assertThat(hop.deliver(Mail.to("one@example.net"))).isInstanceOf(Delivered.class);
    assertThat(sink.sessions()).hasSize(2);
    assertThat(sink.messages()).hasSize(5);
  }

  @Test
  void largeMessageGoesThroughTls() throws Exception {
    sink.startTls(TestTls.server("good"), "PIPELINING");
    level(TlsLevel.VERIFY);
    String text = Mail.TEXT + ("x".repeat(998) + "\r\n").repeat(3000);

    assertThat(hop.deliver(Mail.text(text, "one@example.net"))).isInstanceOf(Delivered.class);

    assertThat(sink.messages().getFirst().content().length()).isEqualTo(sizeOf(text));
  }

  @Test
  void fileWithoutACertificateIsToldAtTheStart() {
    NextHopTlsConfig tls =
        NextHopTlsConfig.of(TlsLevel.VERIFY)
            .with(NextHopTlsConfig.CA, Optional.of(spool.resolve("no.pem")));
    assertThatThrownBy(() ->
            SmtpNextHop.open(config().with(NextHopConfig.Smtp.TLS, tls), "gateway.example", spool))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no.pem");
  }
}
