package org.miltergate.gateway.relay.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.nexthop.NextHopTlsConfig;
import org.miltergate.config.nexthop.TlsLevel;
import org.miltergate.config.text.Secret;
import org.miltergate.gateway.relay.DeliveryResult;
import org.miltergate.gateway.relay.DeliveryResult.Delivered;
import org.miltergate.gateway.relay.DeliveryResult.Unavailable;
import org.miltergate.gateway.relay.Mail;
import org.miltergate.milter.test.smtp.Reaction;
import org.miltergate.milter.test.smtp.SinkCommand;
import org.miltergate.milter.test.smtp.SinkEvent;

/** Logging in to the next hop. */
class LoginToNextHopTest extends RelayFixture {

  private void level(TlsLevel level) throws Exception {
    reopen(config ->
        config.with(c ->
            c.set(NextHopConfig.Smtp.USERNAME, "relay@a")
                .set(NextHopConfig.Smtp.PASSWORD, new Secret("s3cret"))
                .set(NextHopConfig.Smtp.TLS, NextHopTlsConfig.of(level))));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void logsInWithinTls() throws Exception {
    sink.startTls(TestTls.server("good"), "AUTH PLAIN LOGIN");
    level(TlsLevel.ENCRYPT);

    assertThat(hop.deliver(Mail.to("one@example.net"))).isInstanceOf(Delivered.class);

    assertThat(sink.session(1).lines())
        .startsWith(
            "EHLO gateway.example",
            "STARTTLS",
            "EHLO gateway.example",
            "AUTH PLAIN " + base64("\0relay@a\0s3cret"),
            "MAIL FROM:<sender@example.org>");
    assertThat(sink.session(1).commands().get(3)).matches(SinkCommand::encrypted);
  }

  @Test
  void logsInByLoginWhereThatIsAllThereIs() throws Exception {
    sink.extensions("AUTH GSSAPI LOGIN");
    sink.on(SinkEvent.AUTH, Reaction.reply("334 VXNlcm5hbWU6"));
    sink.on(
        SinkEvent.AUTH_RESPONSE, call -> call.number() == 1, Reaction.reply("334 UGFzc3dvcmQ6"));
    level(TlsLevel.NONE);

    assertThat(hop.deliver(Mail.to("one@example.net"))).isInstanceOf(Delivered.class);

    assertThat(sink.session(1).lines())
        .startsWith(
            "EHLO gateway.example",
            "AUTH LOGIN",
            base64("relay@a"),
            base64("s3cret"),
            "MAIL FROM:<sender@example.org>");
  }

  @Test
  void longSecretComesBehindTheCommand() throws Exception {
    sink.extensions("AUTH PLAIN");
    sink.on(SinkEvent.AUTH, Reaction.reply("334 "));
    String password = "p".repeat(600);
    reopen(config ->
        config.with(c ->
            c.set(NextHopConfig.Smtp.USERNAME, "u")
                .set(NextHopConfig.Smtp.PASSWORD, new Secret(password))
                .set(NextHopConfig.Smtp.TLS, NextHopTlsConfig.of(TlsLevel.NONE))));

    assertThat(hop.deliver(Mail.to("one@example.net"))).isInstanceOf(Delivered.class);

    assertThat(sink.session(1).lines())
        .containsSubsequence("AUTH PLAIN", base64("\0u\0" + password));
  }

  @Test
  void proofIsPreferredToThePassword() throws Exception {
    sink.extensions("AUTH LOGIN PLAIN SCRAM-SHA-256");
    sink.on(SinkEvent.AUTH, Reaction.reply("334 " + base64("r=not-yours,s=AAAA,i=4096")));
    level(TlsLevel.NONE);

    DeliveryResult result = hop.deliver(Mail.to("one@example.net"));

    assertThat(replyOf(result)).startsWith("451 4.7.0 ");
    assertThat(((Unavailable) result).cause()).contains("not a SCRAM server-first-message");
    assertThat(sink.session(1).lines().get(1)).startsWith("AUTH SCRAM-SHA-256 ");
    assertThat(sink.session(1).received().toString()).doesNotContain(base64("s3cret"));
  }

  @Test
  void serverThatSkipsItsProofIsNotBelieved() throws Exception {
    sink.extensions("AUTH SCRAM-SHA-256");
    level(TlsLevel.NONE);

    DeliveryResult result = hop.deliver(Mail.to("one@example.net"));

    assertThat(replyOf(result)).startsWith("451 4.7.0 ");
    assertThat(((Unavailable) result).cause())
        .contains("accepted the login without completing SCRAM-SHA-256");
    assertThat(sink.messages()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "535 5.7.8 Authentication credentials invalid",
        "534 5.7.9 too weak",
        "454 4.7.0 later",
        "504 5.5.4 what?"
      })
  void refusedLoginIsNoRefusalOfTheMessage(String reply) throws Exception {
    sink.extensions("AUTH PLAIN");
    sink.on(SinkEvent.AUTH, Reaction.reply(reply));
    level(TlsLevel.NONE);

    DeliveryResult result = hop.deliver(Mail.to("one@example.net"));

    assertThat(replyOf(result)).isEqualTo("451 4.7.0 Login to next hop failed - try again later");
    assertThat(((Unavailable) result).cause())
        .isEqualTo(
            "SASL authentication failed; server 127.0.0.1[127.0.0.1]:%d said: %s"
                .formatted(sink.port(), reply));
    assertThat(sink.session(1).lines()).noneMatch(line -> line.startsWith("MAIL"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "334 ***,            not valid base64",
    "334 QQ==,           an unexpected challenge",
    "600 2.0.0 welcome,  is not a reply",
  })
  void nonsenseInAnswerToTheLoginIsATempfail(String reply, String cause) throws Exception {
    sink.extensions("AUTH PLAIN");
    sink.on(SinkEvent.AUTH, Reaction.reply(reply));
    sink.on(SinkEvent.AUTH_RESPONSE, Reaction.reply(reply));
    level(TlsLevel.NONE);

    DeliveryResult result = hop.deliver(Mail.to("one@example.net"));

    assertThat(replyOf(result)).startsWith("451 4.");
    assertThat(((Unavailable) result).cause()).contains(cause);
  }

  @ParameterizedTest
  @ValueSource(strings = {"235", "250 2.0.0 welcome", "200 5.7.8 no", "235\t2.7.0 ok\r"})
  void anyPositiveReplyLogsIn(String reply) throws Exception {
    sink.extensions("AUTH PLAIN");
    sink.on(SinkEvent.AUTH, Reaction.reply(reply));
    level(TlsLevel.NONE);

    assertThat(hop.deliver(Mail.to("one@example.net"))).isInstanceOf(Delivered.class);
  }

  @Test
  void passwordIsNotSentWhereTlsWasTakenAway() throws Exception {
    sink.extensions("AUTH PLAIN");
    level(TlsLevel.MAY);

    DeliveryResult result = hop.deliver(Mail.to("one@example.net"));

    assertThat(replyOf(result)).startsWith("451 4.7.0 ");
    assertThat(((Unavailable) result).cause()).contains("no password is sent", "without TLS");
    assertThat(sink.session(1).lines()).containsExactly("EHLO gateway.example");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PIPELINING", "AUTH GSSAPI NTLM", "AUTH", "AUTH=PLAIN-NOT"})
  void withoutAMechanismNothingIsSent(String offered) throws Exception {
    sink.extensions(offered);
    level(TlsLevel.NONE);

    DeliveryResult result = hop.deliver(Mail.to("one@example.net"));

    assertThat(replyOf(result)).startsWith("451 4.7.0 ");
    assertThat(((Unavailable) result).cause())
        .contains("offered no compatible authentication mechanisms");
    assertThat(sink.messages()).isEmpty();
  }

  @Test
  void nothingIsSaidWithoutAName() throws Exception {
    sink.extensions("AUTH PLAIN");

    assertThat(hop.deliver(Mail.to("one@example.net"))).isInstanceOf(Delivered.class);

    assertThat(sink.session(1).lines()).noneMatch(line -> line.startsWith("AUTH"));
  }

  @Test
  void loginHoldsForTheWholeConnection() throws Exception {
    sink.extensions("AUTH PLAIN");
    level(TlsLevel.NONE);

    hop.deliver(Mail.to("one@example.net"));
    hop.deliver(Mail.to("one@example.net"));

    assertThat(sink.sessions()).hasSize(1);
    assertThat(sink.session(1).lines().stream().filter(line -> line.startsWith("AUTH"))).hasSize(1);
  }
}
