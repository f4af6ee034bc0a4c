package org.miltergate.config.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.address.DomainPattern;
import org.miltergate.milter.mail.SmtpReply;

class PolicyConfigTest {
  @Test
  void defaultTrustsLoopbackAloneAndRelaysForNobody() throws UnknownHostException {
    PolicyConfig policy = PolicyConfig.DEFAULT;

    assertThat(policy.isTrusted(InetAddress.getByName("127.0.0.2"))).isTrue();
    assertThat(policy.isTrusted(InetAddress.getByName("::1"))).isTrue();
    assertThat(policy.isTrusted(InetAddress.getByName("10.0.0.1"))).isFalse();
    assertThat(policy.isRelayDomain("example.org")).isFalse();
    assertThat(policy.refusal("a@example.org")).isEmpty();
  }

  @ParameterizedTest(name = "{1} is {0}: {2}")
  @CsvSource({
    "example.org,    example.org,        true",
    "example.org,    EXAMPLE.org.,       true",
    "example.org,    mail.example.org,   false",
    "example.org,    badexample.org,     false",
    ".example.org,   mail.example.org,   true",
    "*.example.org,  a.b.example.org,    true",
    ".example.org,   example.org,        false",
    ".example.org,   .example.org,       false",
    "bücher.example, xn--bcher-kva.example, true",
    "xn--bcher-kva.example, BÜCHER.example, true",
    "[192.0.2.1],    [192.0.2.1],        true",
  })
  void relayDomainIsItselfOrAllBelow(String pattern, String domain, boolean expected) {
    PolicyConfig policy =
        PolicyConfig.DEFAULT.with(
            PolicyConfig.RELAY_DOMAINS, List.of(DomainPattern.parse(pattern)));

    assertThat(policy.isRelayDomain(domain)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ".", "*", "*.", "a..b", "..a", "a@b", "a b", "*.*.a", "a/b", "[]", "-a"})
  void refusesWhatIsNoDomain(String text) {
    assertThatThrownBy(() -> DomainPattern.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "' is not a domain");
  }

  @ParameterizedTest(name = "{1} is {0}: {2}")
  @CsvSource({
    "old@example.org, old@example.org,     true",
    "old@example.org, OLD@Example.ORG,     true",
    "old@example.org, older@example.org,   false",
    "old@,            old@example.net,     true",
    "old@,            old,                 true",
    "example.org,     any@example.org,     true",
    "example.org,     any,                 false",
    ".example.org,    a@b.example.org,     true",
    "a@.example.org,  a@b.example.org,     true",
    "old@example.org, old@example.org.,    true",
    "old@example.org, old,                 true",
    "old@example.org, OLD,                 true",
    "old@example.org, older,               false",
    "old@.example.org, old,                true",
    "old@example.org, old%example.org@relay.test,  true",
    "old@example.org, example.org!old@relay.test,  true",
    "old@example.org, old@example.org@relay.test,  true",
    "old@example.org, old%example.org,     true",
    "old@example.org, example.org!old,     true",
    "old@example.org, old%example.org%two.test@relay.test, true",
    "old@example.org, two.test!example.org!old,            true",
    "old@example.org, two.test!old%example.org@relay.test, true",
    "old@example.org, old%example.net@relay.test,  false",
    "old@example.org, x%old@example.org,   false",
    "example.org,     any%example.org@relay.test,  true",
    "straße@example.org, STRAßE@example.org, true",
    "j\u00fcrgen@example.org, ju\u0308rgen@example.org, true",
    "old@straße.test, old@xn--strae-oqa.test,  true",
    "old@straße.test, old@strasse.test,        false",
    "old@xn--strae-oqa.test, old@STRAẞE.test., true",
  })
  void recipientIsRefusedByMailboxLocalPartOrDomain(
      String pattern, String mailbox, boolean expected) {
    RefusedRecipient refused = RefusedRecipient.of(RecipientPattern.parse(pattern));
    PolicyConfig policy =
        PolicyConfig.DEFAULT.with(PolicyConfig.REFUSED_RECIPIENTS, List.of(refused));

    assertThat(policy.refusal(mailbox).isPresent()).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0} hosts: {1}")
  @CsvSource({"5, 550", "200, 553"})
  void routeThatNoneFollowsToItsEndIsRefused(int hosts, int code) {
    PolicyConfig policy =
        PolicyConfig.DEFAULT.with(
            PolicyConfig.REFUSED_RECIPIENTS,
            List.of(RefusedRecipient.of(RecipientPattern.parse("old@example.org"))));
    String mailbox = "old%example.org" + "%x.test".repeat(hosts) + "@relay.test";

    assertThat(policy.refusal(mailbox).orElseThrow().code()).isEqualTo(code);
    assertThat(PolicyConfig.DEFAULT.refusal(mailbox)).isEmpty();
  }

  @Test
  void firstRefusalThatMatchesGivesTheReply() {
    SmtpReply first = RefusedRecipient.parseReply("450 4.2.1 Mailbox is full");
    PolicyConfig policy =
        PolicyConfig.DEFAULT.with(
            PolicyConfig.REFUSED_RECIPIENTS,
            List.of(
                RefusedRecipient.of(RecipientPattern.parse("a@example.org"), first),
                RefusedRecipient.of(RecipientPattern.parse("example.org"))));

    assertThat(policy.refusal("a@example.org")).contains(first);
    assertThat(policy.refusal("b@example.org")).contains(SmtpReply.of(550, "5.1.1 User unknown"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "250 ok",
        "550",
        "550 ",
        "5500 x",
        "550-x",
        "550 5.1.1 ü",
        "450 5.1.1 x",
        "560 x",
        "gone"
      })
  void refusesWhatIsNoRefusal(String text) {
    assertThatThrownBy(() -> RefusedRecipient.parseReply(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'");
  }
}
