package org.miltergate.gateway.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two files belong together here if they hold the same text. */
class ReloadingTest {
  private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");

  @TempDir Path directory;
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
  private final AtomicReference<Instant> wall = new AtomicReference<>(LONG_AGO);
  private final AtomicInteger loads = new AtomicInteger();
  private Path one = Path.of("");
  private Path other = Path.of("");

  @BeforeEach
  void putFiles() throws IOException {
    one = directory.resolve("one");
    other = directory.resolve("other");
    put("first", one);
    put("first", other);
    waitFor(Duration.ofDays(1));
  }

  /** Writes at the time of the test's clock. */
  private void put(String text, Path file) throws IOException {
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(wall.get()));
  }

  private Reloading<String> open() throws IOException {
    return Reloading.open(
        List.of(one, other),
        () -> {
          loads.incrementAndGet();
          String text = Files.readString(one);
          if (!text.equals(Files.readString(other))) {
            throw new IOException("the two do not belong together");
          }
          return text;
        },
        new Reloading.Clocks(nanos::get, wall::get));
  }

  private void waitFor(Duration time) {
    nanos.addAndGet(time.toNanos());
    wall.updateAndGet(now -> now.plus(time));
  }

  @Test
  void takesNewFilesWithinASecond() throws IOException {
    Reloading<String> text = open();
    put("second", one);
    put("second", other);

    waitFor(Duration.ofMillis(999));
    assertThat(text.current()).isEqualTo("first");
    waitFor(Duration.ofMillis(1));
    assertThat(text.current()).isEqualTo("second");
  }

  @Test
  void keepsTheOldOnesWhileOnlyHalfIsNew() throws IOException {
    Reloading<String> text = open();
    put("second", one);
    waitFor(Duration.ofSeconds(1));
    assertThat(text.current()).isEqualTo("first");

    put("second", other);
    waitFor(Duration.ofSeconds(1));
    assertThat(text.current()).isEqualTo("second");
  }

  @Test
  void keepsTheOldOnesWhileAFileIsGone() throws IOException {
    Reloading<String> text = open();
    Files.delete(one);
    waitFor(Duration.ofSeconds(1));
    assertThat(text.current()).isEqualTo("first");

    put("second", one);
    put("second", other);
    Files.setLastModifiedTime(one, FileTime.from(LONG_AGO));
    waitFor(Duration.ofSeconds(1));
    assertThat(text.current()).isEqualTo("second");
  }

  @Test
  void triesABrokenFileAtEachLookUntilItIsInOrder() throws IOException {
    AtomicBoolean broken = new AtomicBoolean();
    Reloading<String> text =
        Reloading.open(
            List.of(one),
            () -> {
              loads.incrementAndGet();
              if (broken.get()) {
                throw new IOException("may not be read");
              }
              return Files.readString(one);
            },
            new Reloading.Clocks(nanos::get, wall::get));
    put("second", one);
    broken.set(true); // permissions do not show in time and size
    for (int i = 0; i < 5; i++) {
      waitFor(Duration.ofSeconds(1));
      assertThat(text.current()).isEqualTo("first");
      assertThat(text.current()).isEqualTo("first");
    }
    assertThat(loads).hasValue(6);

    broken.set(false);
    waitFor(Duration.ofSeconds(1));
    assertThat(text.current()).isEqualTo("second");
  }

  @Test
  void seesAFileThatIsAsOldAndAsLongAsTheOneInItsPlace() throws IOException {
    FileTime then = Files.getLastModifiedTime(one);
    Reloading<String> text = open();
    Path copy = directory.resolve("copy");
    Files.writeString(copy, "first");
    Files.setLastModifiedTime(copy, then);
    Files.move(copy, one, StandardCopyOption.REPLACE_EXISTING);

    waitFor(Duration.ofSeconds(1));
    text.current();

    assertThat(loads).hasValue(2);
  }

  @Test
  void readsAFileAgainThatWasReadInTheMomentItWasWritten() throws IOException {
    put("first", one);
    FileTime time = Files.getLastModifiedTime(one);
    Reloading<String> text = open();
    for (Path file : List.of(one, other)) {
      put("later", file);
    }
    Files.setLastModifiedTime(one, time);
    Files.setLastModifiedTime(other, FileTime.from(LONG_AGO));

    waitFor(Duration.ofHours(1));

    assertThat(text.current()).isEqualTo("later");
  }

  @Test
  void looksOnlyAtFilesThatHaveChanged() throws IOException {
    Reloading<String> text = open();
    for (int i = 0; i < 5; i++) {
      waitFor(Duration.ofSeconds(1));
      text.current();
    }
    assertThat(loads).hasValue(1);
  }

  @Test
  void opensNothingThatIsBrokenFromTheBeginning() throws IOException {
    put("second", other);

    assertThatThrownBy(this::open).hasMessage("the two do not belong together");
  }
}
