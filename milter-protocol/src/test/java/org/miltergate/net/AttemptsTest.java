package org.miltergate.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttemptsTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "127.0.0.1 refused,             ConnectException,      refused",
    "127.0.0.1 bind,                LocalFailureException, no local address or port: bind",
    "::1 bind,                      LocalFailureException, no local address or port: bind",
    "127.0.0.1 refused | ::1 bind,  ConnectException,      127.0.0.1:25 refused;"
        + " [0:0:0:0:0:0:0:1]:25 bind",
    "::1 bind | 127.0.0.1 refused,  ConnectException,      [0:0:0:0:0:0:0:1]:25 bind; 127.0.0.1:25"
        + " refused",
    "::1 refused | 127.0.0.1 bind,  LocalFailureException, no local address or port:"
        + " [0:0:0:0:0:0:0:1]:25 refused; 127.0.0.1:25 bind",
    "127.0.0.1 bind | ::1 bind,     LocalFailureException, no local address or port: 127.0.0.1:25"
        + " bind; [0:0:0:0:0:0:0:1]:25 bind",
    "192.0.2.1 silent,              ConnectException,      silent",
  })
  void tellsOurFaultFromThePeers(String tried, String type, String message) {
    String[] each = tried.split(" \\| ");
    Attempts attempts = new Attempts(each.length);
    for (String one : each) {
      String[] words = one.split(" ");
      attempts.failed(new InetSocketAddress(words[0], 25), failure(words[1]));
    }

    IOException failure = attempts.failure(Deadline.in(Duration.ofHours(1)));

    assertThat(failure.getClass().getSimpleName()).isEqualTo(type);
    assertThat(failure).hasMessage(message);
  }

  private static IOException failure(String word) {
    return switch (word) {
      case "bind" -> new BindException(word);
      case "refused" -> new ConnectException(word);
      default -> new SocketTimeoutException(word);
    };
  }
}
