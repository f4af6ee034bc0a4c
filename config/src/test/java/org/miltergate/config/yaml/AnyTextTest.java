package org.miltergate.config.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a file holds, reading it gives settings or problems, soon. */
@Tag("slow")
class AnyTextTest {
  private static final String[] PIECES = {
    "\n",
    "\n  ",
    "\n    - ",
    ": ",
    "- ",
    "[",
    "]",
    "{",
    "}",
    "&a ",
    "*a",
    "!!str ",
    "!<x> ",
    "? ",
    "| \n",
    ">-\n ",
    "\"",
    "'",
    "#",
    "%YAML 1.1\n",
    "---\n",
    "...\n",
    "~",
    "null",
    "\t",
    "\u0000",
    "\ud800",
    "\ud83d\ude00",
    "\u2028",
    "\ufeff",
    "${",
    "${A}",
    "$${",
    "<<: ",
    "0x",
    "99999999999999",
    "-1",
    "hostname",
    "chain",
    "listeners",
    "address: ",
    "name: ",
    "next-hop: ",
    "macros",
    "defaults",
    "stages",
    "policy",
    "inet:",
    "unix:/",
    "smtp://",
    "maildir:",
    "@",
    "[::1]:",
    "1e999",
    "30s",
  };

  private final ConfigReader reader =
      new ConfigReader(name -> name.equals("A") ? Optional.of("x: [") : Optional.empty());

  static List<Long> seeds() {
    return new SplittableRandom(7).longs(40).boxed().toList();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void changedFilesGiveSettingsOrProblems(long seed) throws IOException, URISyntaxException {
    SplittableRandom random = new SplittableRandom(seed);
    List<String> files = files();

    for (int i = 0; i < 100; i++) {
      StringBuilder text = new StringBuilder(files.get(random.nextInt(files.size())));
      for (int edits = random.nextInt(1, 6); edits > 0; edits--) {
        int from = random.nextInt(text.length() + 1);
        int to = Math.min(text.length(), from + random.nextInt(8));
        text.replace(from, to, PIECES[random.nextInt(PIECES.length)]);
      }
      requireResult(text.toString());
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void randomTextGivesSettingsOrProblems(long seed) {
    SplittableRandom random = new SplittableRandom(seed);

    for (int i = 0; i < 200; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(40); length > 0; length--) {
        text.append(PIECES[random.nextInt(PIECES.length)]);
      }
      requireResult(text.toString());
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void randomBytesGiveSettingsOrProblems(long seed, @TempDir Path directory) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] bytes = new byte[random.nextInt(200)];
    random.nextBytes(bytes);
    byte[] good = "hostname: mx\nchain: []\n".getBytes(StandardCharsets.UTF_8);
    good[random.nextInt(good.length)] = (byte) random.nextInt(256);

    assertThat(reader.read(Files.write(directory.resolve("a"), bytes))).isNotNull();
    assertThat(reader.read(Files.write(directory.resolve("b"), good))).isNotNull();
  }

  @Test
  void filesThatAskForMuchAreReadSoon() {
    int most = ConfigReader.MAX_BYTES;
    List<String> greedy = new ArrayList<>();
    for (String piece :
        List.of("[", "{", "? ", "- ", "[a,", "{a: ", "!", "&", "*", "'", "\"", "%")) {
      greedy.add(piece.repeat(most / piece.length()));
    }
    greedy.add("a: b\n".repeat(most / 5));
    greedy.add("hostname: b\n".repeat(most / 12));
    greedy.add("hostname: " + "${".repeat(most / 2 - 5));
    greedy.add("chain:\n" + "- {name: a}\n".repeat(most / 12 - 1));
    greedy.add(laughs());

    for (String text : greedy) {
      Assertions.assertTimeoutPreemptively(Duration.ofMinutes(2), () -> requireResult(text));
    }
  }

  /** Ten levels of ten aliases: 10 billion entries, if they are written out. */
  private static String laughs() {
    StringBuilder text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 10; i++) {
      String alias = "*a" + (i - 1);
      text.append(
          "a%d: &a%d [%s]\n"
              .formatted(i, i, String.join(", ", Stream.generate(() -> alias).limit(10).toList())));
    }
    return text.toString();
  }

  private void requireResult(String text) {
    switch (reader.read("t", text)) {
      case ConfigResult.Valid valid ->
          assertThat(reader.read("printed", ConfigPrinter.print(valid.config())))
              .isInstanceOfSatisfying(
                  ConfigResult.Valid.class,
                  printed -> assertThat(printed.config()).isEqualTo(valid.config()));
      case ConfigResult.Invalid(List<Problem> problems) ->
          assertThat(problems).allMatch(problem -> problem.toString().lines().count() == 1);
    }
  }

  private static List<String> files() throws IOException, URISyntaxException {
    URL bad = Objects.requireNonNull(AnyTextTest.class.getResource("bad"), "bad");
    List<String> texts = new ArrayList<>(List.of(ExampleConfig.text()));
    for (Path directory : List.of(Path.of(bad.toURI()), Path.of("examples"))) {
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.sorted().toList()) {
          texts.add(Files.readString(file, StandardCharsets.ISO_8859_1));
        }
      }
    }
    return texts;
  }
}
