package org.miltergate.gateway.smtp.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.miltergate.net.Deadline;

class ClientInputTest {
  private static final Deadline SOON = Deadline.in(Duration.ofSeconds(10));

  @Test
  void holdsLittleMemoryBetweenMessages() throws IOException {
    ClientInput input = inputOf("DATA\r\nthe message\r\n.\r\nQUIT\r\n");
    int before = input.array().length;

    input.fill(SOON);
    input.takeTo(input.position() + 6);
    input.widen();
    int within = input.array().length;
    input.takeTo(input.position() + 16);
    input.shrink();

    assertThat(before).isEqualTo(ClientInput.MIN_BUFFER_BYTES);
    assertThat(within).isEqualTo(ClientInput.CONTENT_BUFFER_BYTES);
    assertThat(input.array()).hasSize(ClientInput.MIN_BUFFER_BYTES);
    assertThat(rest(input)).isEqualTo("QUIT\r\n");
  }

  @Test
  void growsWhileTheClientFillsIt() throws IOException {
    ClientInput input = inputOf("x".repeat(ClientInput.MAX_BUFFER_BYTES * 2));

    for (int i = 0; i < 20; i++) {
      input.takeTo(input.limit());
      input.fill(SOON);
    }

    assertThat(input.array()).hasSize(ClientInput.MAX_BUFFER_BYTES);
  }

  @Test
  void keepsWhatDoesNotFitIntoASmallBuffer() throws IOException {
    String text = "x".repeat(ClientInput.CONTENT_BUFFER_BYTES);
    ClientInput input = inputOf(text);

    input.widen();
    input.fill(SOON);
    input.shrink();

    assertThat(rest(input)).isEqualTo(text);
  }

  private static String rest(ClientInput input) {
    return new String(
        input.array(), input.position(), input.available(), StandardCharsets.US_ASCII);
  }

  /** Gives as much as is asked for, until all is given. */
  private static ClientInput inputOf(String text) {
    byte[] all = text.getBytes(StandardCharsets.US_ASCII);
    int[] given = {0};
    return new ClientInput((into, offset, length, deadline) -> {
      int count = Math.min(length, all.length - given[0]);
      System.arraycopy(all, given[0], into, offset, count);
      given[0] += count;
      return count;
    });
  }
}
