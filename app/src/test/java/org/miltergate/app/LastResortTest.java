package org.miltergate.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which failures end the process, in a process of its own. */
@Tag("slow")
class LastResortTest {
  /** Fails in a thread of the given kind, and lives on for as long as it is let. */
  static final class Failing {
    private Failing() {}

    public static void main(String[] arguments) throws InterruptedException {
      LastResort.install();
      Runnable task = () -> fail(arguments[1]);
      Thread thread =
          arguments[0].equals("platform")
              ? Thread.ofPlatform().name("smtp-accept-25").start(task)
              : Thread.ofVirtual().name("session").start(task);
      thread.join();
      System.exit(0);
    }

    private static void fail(String how) {
      if (how.equals("memory")) {
        throw new OutOfMemoryError("on purpose");
      }
      throw new IllegalStateException("on purpose");
    }
  }

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "platform, fault,  3, java.lang.IllegalStateException: on purpose",
    "platform, memory, 3, java.lang.OutOfMemoryError: on purpose",
    "virtual,  memory, 3, java.lang.OutOfMemoryError: on purpose",
    "virtual,  fault,  0, ''",
  })
  void endsTheProcessForWhatServesAll(String thread, String failure, int status, String said)
      throws Exception {
    Path output = directory.resolve("output");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    Failing.class.getName(),
                    thread,
                    failure))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();

    assertThat(process.waitFor(50, TimeUnit.SECONDS)).isTrue();

    assertThat(process.exitValue()).isEqualTo(status);
    assertThat(Files.readString(output)).contains("has failed");
    if (!said.isEmpty()) {
      assertThat(Files.readString(output))
          .contains("has failed, so the program ends with status 3: " + said);
    }
  }
}
