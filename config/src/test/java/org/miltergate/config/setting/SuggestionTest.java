package org.miltergate.config.setting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {
  private static final List<String> KNOWN =
      List.of("connect-timeout", "command-timeout", "default-action", "recipients", "v");

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource({
    "conect-timeout,         connect-timeout",
    "connect_timeout,        connect-timeout",
    "milter_connect_timeout, connect-timeout",
    "comandtimeout,          command-timeout",
    "smtpd_recipient_limit,  recipients",
    "Default-Action,         default-action",
    "dfeault-action,         default-action",
    "x,                      v",
    "colour,                 ''",
    "timeout,                ''",
  })
  void findsTheWordThatWasMeant(String got, String meant) {
    assertThat(Suggestion.closest(got, KNOWN).orElse("")).isEqualTo(meant);
  }

  @ParameterizedTest
  @CsvSource({"'', abc, 3", "abc, abc, 0", "abc, acb, 1", "abc, ab, 1", "kitten, sitting, 3"})
  void countsEdits(String a, String b, int distance) {
    assertThat(Suggestion.distance(a, b)).isEqualTo(distance);
  }
}
