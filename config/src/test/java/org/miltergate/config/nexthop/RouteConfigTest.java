package org.miltergate.config.nexthop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.config.setting.InvalidSettingException;

class RouteConfigTest {
  private static final Set<RouteClients> STRANGER = EnumSet.noneOf(RouteClients.class);

  @ParameterizedTest(name = "{0} to {1}: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          example.org              | a@example.org         | true
          example.org              | a@EXAMPLE.ORG         | true
          example.org              | a@mail.example.org    | false
          .example.org             | a@mail.example.org    | true
          .example.org             | a@x.mail.example.org  | true
          .example.org             | a@example.org         | false
          .example.org             | a@badexample.org      | false
          user@example.org         | User@example.org      | true
          user@example.org         | other@example.org     | false
          example.net,example.org  | a@example.org         | true
          example.org              | postmaster            | false
          bücher.example           | a@xn--bcher-kva.example | true
          [192.0.2.1]              | a@[192.0.2.1]         | true
          """)
  void recipientsAreMatched(String recipients, String mailbox, boolean matches) {
    List<RouteRecipient> all =
        Arrays.stream(recipients.split(",")).map(RouteRecipient::parse).toList();
    RouteConfig route = to("smtp://localhost:1").with(RouteConfig.RECIPIENTS, all);

    assertThat(route.matches(mailbox, "smtp", STRANGER)).isEqualTo(matches);
  }

  @ParameterizedTest
  @ValueSource(strings = {"@example.org", "a b", "example..org", "user@"})
  void otherTextIsNoRecipient(String text) {
    assertThatThrownBy(() -> RouteRecipient.parse(text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void eachConditionHasToMatch() {
    RouteConfig route =
        to("smtp://localhost:1")
            .with(r ->
                r.set(RouteConfig.LISTENERS, List.of("submission"))
                    .set(RouteConfig.CLIENTS, List.of(RouteClients.LOGGED_IN)));
    Set<RouteClients> user = EnumSet.of(RouteClients.LOGGED_IN);

    assertThat(route.matches("a@example.org", "submission", user)).isTrue();
    assertThat(route.matches("a@example.org", "smtp", user)).isFalse();
    assertThat(route.matches("a@example.org", "submission", STRANGER)).isFalse();
    assertThat(route.matches("a@example.org", "submission", EnumSet.of(RouteClients.TRUSTED)))
        .isFalse();
  }

  @Test
  void mailExchangersNeedADomain() {
    RouteConfig route = to("mx:");

    assertThat(route.matches("a@example.org", "", STRANGER)).isTrue();
    assertThat(route.matches("postmaster", "", STRANGER)).isFalse();
    assertThat(route.matches("a@[192.0.2.1]", "", STRANGER)).isFalse();
  }

  @Test
  void onlyARouteGoesToTheDomainOfTheRecipient() {
    NextHopConfig mx = NextHopConfig.parseForRoute("mx::2525");

    assertThat(mx.address()).isEqualTo("mx::2525");
    assertThatThrownBy(() -> NextHopConfig.requireFixed("next-hop", mx))
        .isInstanceOf(InvalidSettingException.class);
  }

  private static RouteConfig to(String nextHop) {
    return RouteConfig.to(NextHopConfig.parseForRoute(nextHop));
  }
}
