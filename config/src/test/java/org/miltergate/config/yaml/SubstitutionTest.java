package org.miltergate.config.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubstitutionTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("A", "one", "EMPTY", "", "DOLLAR", "${A}\\$1");
  private static final Substitution SUBSTITUTION =
      new Substitution(name -> Optional.ofNullable(ENVIRONMENT.get(name)));

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "plain, plain",
    "${A}, one",
    "<${A}${A}>, <oneone>",
    "${A:-two}, one",
    "${NONE:-two}, two",
    "${NONE:-}, ''",
    "${EMPTY}, ''",
    "${EMPTY:-two}, two",
    "${NONE:-a:-b}, a:-b",
    "$${A}, ${A}",
    "$$${A}, $${A}",
    "$A $ {A} $, $A $ {A} $",
    "${DOLLAR}, ${A}\\$1",
  })
  void replacesVariables(String raw, String expected) {
    Substitution.Outcome outcome = SUBSTITUTION.apply(raw);

    assertThat(outcome.text()).isEqualTo(expected);
    assertThat(outcome.problems()).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "${NONE}, no variable 'NONE'",
    "${, does not begin a reference",
    "${}, does not begin a reference",
    "${A, does not begin a reference",
    "${1A}, does not begin a reference",
    "${A-b}, does not begin a reference",
    "${A:-b, does not begin a reference",
  })
  void namesWhatCannotBeReplaced(String raw, String problem) {
    assertThat(SUBSTITUTION.apply(raw).problems()).singleElement().asString().contains(problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "${A}", "$${A}", "$$${", "a$", "${${"})
  void escapedTextComesBack(String text) {
    assertThat(SUBSTITUTION.apply(Substitution.escape(text)).text()).isEqualTo(text);
  }
}
