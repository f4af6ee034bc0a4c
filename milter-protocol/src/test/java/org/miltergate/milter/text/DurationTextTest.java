package org.miltergate.milter.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @CsvSource({
    "500ms, 500",
    "30s, 30000",
    "5m, 300000",
    "90s, 90000",
    "1h, 3600000",
    "2d, 172800000",
    "0s, 0"
  })
  void readsWhatItWrites(String text, long millis) {
    assertThat(DurationText.parse(text)).isEqualTo(Duration.ofMillis(millis));
    assertThat(DurationText.of(Duration.ofMillis(millis))).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"five", "5", "-5s", "5 s", "1.5s", "5S", "", "1h30m", "9999999999999s"})
  void refusesWhatIsNoDuration(String text) {
    assertThatThrownBy(() -> DurationText.parse(text))
        .hasMessageContaining("'" + text + "' is not a duration");
  }
}
