package org.miltergate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.address.Cidr;
import org.miltergate.address.DomainPattern;
import org.miltergate.config.policy.AddressSyntax;
import org.miltergate.config.policy.PolicyConfig;
import org.miltergate.config.policy.RecipientPattern;
import org.miltergate.config.policy.RefusedRecipient;
import org.miltergate.gateway.auth.Login;
import org.miltergate.gateway.smtp.syntax.MailPath;
import org.miltergate.gateway.smtp.syntax.PathParser;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.SmtpReply;

class RelayPolicyTest {
  private final RelayPolicy policy =
      new RelayPolicy(
          PolicyConfig.DEFAULT
              .with(
                  PolicyConfig.TRUSTED_NETWORKS,
                  List.of(Cidr.parse("192.0.2.0/24"), Cidr.parse("2001:db8::/32")))
              .with(
                  PolicyConfig.RELAY_DOMAINS,
                  List.of(
                      DomainPattern.parse("here.test"),
                      DomainPattern.parse(".below.test"),
                      DomainPattern.parse("stra\u00dfe.test")))
              .with(
                  PolicyConfig.REFUSED_RECIPIENTS,
                  List.of(
                      RefusedRecipient.of(
                          RecipientPattern.parse("gone@here.test"),
                          SmtpReply.of(550, "5.1.1 gone")),
                      RefusedRecipient.of(
                          RecipientPattern.parse("STRA\u1e9eE.gone.test"),
                          SmtpReply.of(550, "5.1.1 gone")))));

  @ParameterizedTest(name = "{0} {1}: {2}")
  @CsvSource({
    "192.0.2.9,    <a@anywhere.test>,            ok",
    "2001:db8::9,  <a@anywhere.test>,            ok",
    "192.0.2.9,    <a%b@anywhere.test>,          ok",
    "192.0.3.1,    <a@here.test>,                ok",
    "192.0.3.1,    <a@HERE.test>,                ok",
    "192.0.3.1,    <a@here.test.>,               ok",
    "192.0.3.1,    <a@x.below.test>,             ok",
    "192.0.3.1,    <postmaster>,                 ok",
    "192.0.3.1,    '<\"Postmaster\">',         ok",
    "192.0.3.1,    <root>,                       denied",
    "192.0.2.9,    <root>,                       ok",
    "192.0.3.1,    <a@stra\u00dfe.test>,        ok",
    "192.0.3.1,    <a@xn--strae-oqa.test.>,      ok",
    "192.0.3.1,    <a@strasse.test>,             denied",
    "192.0.2.9,    <gone@here.test.>,            gone",
    "192.0.2.9,    <@any.test:gone@here.test>,   gone",
    "192.0.2.9,    <gone>,                       gone",
    "192.0.2.9,    '<\"gone\">',               gone",
    "192.0.3.1,    <gone>,                       gone",
    "192.0.2.9,    gone@here.test,               gone",
    "192.0.2.9,    '<\"g\"one@here.test>',     gone",
    "192.0.2.9,    <gone%here.test@any.test>,    gone",
    "192.0.2.9,    <gone%here.test>,             gone",
    "192.0.2.9,    <here.test!gone>,             gone",
    "192.0.2.9,    <here.test!gone@any.test>,    gone",
    "192.0.2.9,    '<\"gone@here.test\"@any.test>', gone",
    "192.0.2.9,    '<\"gone@here.test\">',     gone",
    "192.0.2.9,    <x@stra\u00dfe.gone.test>,   gone",
    "192.0.2.9,    <x@xn--strae-oqa.Gone.test.>, gone",
    "192.0.2.9,    <gone@elsewhere.test>,        ok",
    "192.0.3.1,    <a@below.test>,               denied",
    "192.0.3.1,    <a@sub.here.test>,            denied",
    "192.0.3.1,    <a@nothere.test>,             denied",
    "192.0.3.1,    <a@anywhere.test>,            denied",
    "192.0.3.1,    <a@[192.0.2.1]>,              denied",
    "192.0.3.1,    <a%anywhere.test@here.test>,  denied",
    "192.0.3.1,    <anywhere.test!a@here.test>,  denied",
    "192.0.3.1,    '<\"a@anywhere.test\"@here.test>', denied",
    "192.0.3.1,    '<@here.test:a@anywhere.test>', denied",
    "192.0.3.1,    <a%anywhere.test>,            denied",
    "192.0.3.1,    <anywhere.test!a>,            denied",
    "192.0.3.1,    '<\"a@anywhere.test\">',      denied",
    "2001:db9::9,  <a@anywhere.test>,            denied",
    "192.0.2.9,    <gone@here.test>,             gone",
    "192.0.3.1,    <Gone@here.test>,             gone",
    "192.0.3.1,    '<\"gone\"@here.test>',       gone",
    "192.0.3.1,    '<\"go\\ne\"@here.test>',     gone",
  })
  void decides(String client, String recipient, String outcome) throws Exception {
    MailPath path =
        PathParser.parse(Bytes.ofUtf8(recipient), AddressSyntax.AS_POSTFIX).orElseThrow().path();

    String reply =
        policy
            .check(InetAddress.getByName(client), Optional.empty(), path)
            .map(SmtpReply::toString)
            .orElse("ok");

    assertThat(reply)
        .isEqualTo(
            switch (outcome) {
              case "denied" ->
                  "554 5.7.1 <" + path.mailbox().toUtf8String() + ">: Relay access denied";
              case "gone" -> "550 5.1.1 gone";
              default -> "ok";
            });
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "<a@anywhere.test>, ok",
    "<a%b@anywhere.test>, ok",
    "<gone@here.test>, 550 5.1.1 gone"
  })
  void whoHasLoggedInMaySendAnywhere(String recipient, String reply) throws Exception {
    MailPath path =
        PathParser.parse(Bytes.ofUtf8(recipient), AddressSyntax.AS_POSTFIX).orElseThrow().path();
    Optional<Login> login = Optional.of(new Login("PLAIN", "alice", "alice"));

    assertThat(
            policy
                .check(InetAddress.getByName("192.0.3.1"), login, path)
                .map(SmtpReply::toString)
                .orElse("ok"))
        .isEqualTo(reply);
  }
}
