package org.miltergate.milter.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationTextTest {
  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource({
    "PT0S, 0s",
    "PT0.0005S, 0s",
    "PT0.25S, 250ms",
    "PT1.5S, 1500ms",
    "PT59S, 59s",
    "PT90S, 90s",
    "PT10M, 10m",
    "PT90M, 90m",
    "PT2H, 2h",
    "PT24H, 1d",
    "PT36H, 36h",
  })
  void writesTheLargestUnitWithoutAFraction(Duration value, String text) {
    assertThat(DurationText.of(value)).isEqualTo(text);
  }
}
