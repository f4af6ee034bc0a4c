package org.miltergate.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.gateway.relay.RecipientResult.Status;
import org.miltergate.milter.mail.SmtpReply;

class DeliveryLogTest {

  @ParameterizedTest(name = "{0} ms is {1}")
  @CsvSource({
    "0, 0",
    "4, 0",
    "5, 0.01",
    "123, 0.12",
    "100, 0.1",
    "999, 1",
    "1000, 1",
    "1234, 1.2",
    "1960, 2",
    "9949, 9.9",
    "10000, 10",
    "12345, 12",
    "600000, 600",
  })
  void writesTimesAsPostfixDoes(long millis, String expected) {
    assertThat(DeliveryLog.seconds(Duration.ofMillis(millis))).isEqualTo(expected);
  }

  @Test
  void nothingCanBreakALine() {
    RecipientResult result =
        new RecipientResult(
            Mail.recipient("a\r\nb@c"), "none", Delays.NONE, Status.DEFERRED, "4.4.1", "x\ny");
    DeliveryResult unavailable =
        new DeliveryResult.Unavailable(SmtpReply.of(451, "4.4.1 x"), "x", List.of(result));

    assertThat(DeliveryLog.lines("q", Duration.ZERO, unavailable))
        .containsExactly(
            "q: to=<a??b@c>, relay=none, delay=0, delays=0/0/0/0, dsn=4.4.1, status=deferred"
                + " (x?y)");
  }
}
