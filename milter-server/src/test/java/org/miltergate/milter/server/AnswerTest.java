package org.miltergate.milter.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerTest {

  @Test
  void writesEveryLineWithTheCode() {
    assertThat(Answer.reply(550, "5.7.1 one", "5.7.1 100% two"))
        .hasToString("550-5.7.1 one\r\n550 5.7.1 100%% two")
        .isEqualTo(Answer.reply(550, "5.7.1 one", "5.7.1 100% two"));
    assertThat(Answer.reply(451, "")).hasToString("451 ");
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "250, ok,          'reply code is 250, must be 400 to 599'",
    "600, no,          'reply code is 600, must be 400 to 599'",
    "550, 4.7.1 later, has an enhanced status code of another class than 550",
    "550, 4.7.1,       has an enhanced status code of another class than 550",
    "450, grüße,       'reply line has U+00FC at 2, must be printable ASCII'",
  })
  void refusesWhatNoReplyCanBe(int code, String line, String reason) {
    assertThatThrownBy(() -> Answer.reply(code, line))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void refusesLinesThatAreTooManyOrHoldLineEnds() {
    assertThatThrownBy(() -> Answer.reply(550)).hasMessage("reply has 0 lines, must have 1 to 32");
    assertThatThrownBy(
            () -> Answer.reply(550, Stream.generate(() -> "x").limit(33).toArray(String[]::new)))
        .hasMessage("reply has 33 lines, must have 1 to 32");
    assertThatThrownBy(() -> Answer.reply(550, "x\r\n250 ok"))
        .hasMessage("reply line has U+000D at 1, must be printable ASCII");
    assertThatThrownBy(() -> Answer.reply(550, "x".repeat(981)))
        .hasMessage("reply line has 981 characters, limit is 980");
  }
}
