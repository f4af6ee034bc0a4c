package org.miltergate.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the program prints is the same in every locale; in processes of their own. */
@Tag("slow")
@Timeout(120)
class LocaleTest {
  @TempDir Path directory;

  /** Arabic has digits of its own, Turkish another capital of {@code i}. */
  @ParameterizedTest
  @CsvSource({"ar, EG", "tr, TR"})
  void theProgramRuns(String language, String country) throws Exception {
    String said = demo(language, country);

    assertThat(said.codePoints().filter(c -> Character.isDigit(c) && c > 0x7f).toArray())
        .as(said)
        .isEmpty();
    assertThat(said.toLowerCase(Locale.ROOT)).contains("=== message 3: ", "221 2.0.0 bye");
  }

  private String demo(String language, String country) throws Exception {
    Path output = directory.resolve("output");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Duser.language=" + language,
                    "-Duser.country=" + country,
                    "-Dstdout.encoding=UTF-8",
                    "-Dstderr.encoding=UTF-8",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Main.class.getName(),
                    "demo"))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(100, TimeUnit.SECONDS);
    process.destroyForcibly();
    String text = Files.readString(output);
    assertThat(ended && process.exitValue() == 0).as(text).isTrue();
    return text;
  }
}
