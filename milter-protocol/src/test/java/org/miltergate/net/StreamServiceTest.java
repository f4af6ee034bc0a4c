package org.miltergate.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class StreamServiceTest {

  @Test
  void servesEachConnectionOnItsOwnThread() throws IOException {
    StreamService echo = StreamServiceTest::echo;

    try (ByteStream one = echo.connect();
        ByteStream other = echo.dialer().dial(Endpoint.parse("inet:any:1"), Duration.ofHours(1))) {
      assertThat(answer(other, 2)).isEqualTo(2);
      assertThat(answer(one, 1)).isEqualTo(1);
    }
  }

  @Test
  void aServiceThatReturnsWithoutClosingIsClosed() throws IOException {
    StreamService forgetful = stream -> {};

    try (ByteStream stream = forgetful.connect()) {
      assertThat(stream.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
  }

  @Test
  void closingThisEndEndsTheService() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    StreamService service =
        stream -> {
          echo(stream);
          ended.countDown();
        };

    service.connect().close();

    assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
  }

  private static int answer(ByteStream stream, int question) throws IOException {
    stream.write(ByteBuffer.wrap(new byte[] {(byte) question}));
    ByteBuffer in = ByteBuffer.allocate(1);
    stream.read(in);
    return in.get(0);
  }

  private static void echo(ByteStream stream) {
    try (stream) {
      ByteBuffer block = ByteBuffer.allocate(16);
      while (stream.read(block) >= 0) {
        stream.write(block.flip());
        block.clear();
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
