package org.miltergate.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AfterwardsTest {
  static List<Throwable> failures() {
    return List.of(
        new IOException("disk"),
        new IllegalStateException("bug"),
        new StackOverflowError(),
        new OutOfMemoryError());
  }

  @ParameterizedTest
  @MethodSource("failures")
  void nothingThatFailsGetsOut(Throwable failure) {
    boolean done =
        Afterwards.run(
            "test",
            () -> {
              switch (failure) {
                case IOException e -> throw e;
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                default -> throw new AssertionError(failure);
              }
            });

    assertThat(done).isFalse();
    assertThat(Afterwards.run("test", () -> {})).isTrue();
  }
}
