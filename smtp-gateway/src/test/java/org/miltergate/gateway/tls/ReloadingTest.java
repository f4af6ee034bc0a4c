package org.miltergate.gateway.tls;

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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReloadingTest {
  @TempDir Path directory;
  private final AtomicLong clock = new AtomicLong();
  private final AtomicInteger loads = new AtomicInteger();
  private Path certificate = Path.of("");
  private Path key = Path.of("");

  @BeforeEach
  void putFiles() throws IOException {
    certificate = directory.resolve("server.pem");
    key = directory.resolve("server.key");
    put("rsa.pem", certificate);
    put("rsa.key", key);
  }

  private static void put(String fixture, Path target) throws IOException {
    Files.copy(TestKeys.file(fixture), target, StandardCopyOption.REPLACE_EXISTING);
  }

  private Reloading<KeyMaterial> open() throws IOException {
    return Reloading.open(
        List.of(certificate, key),
        () -> {
          loads.incrementAndGet();
          return KeyMaterial.load(KeyFiles.of(certificate).withKey(key));
        },
        clock::get);
  }

  private void waitFor(Duration time) {
    clock.addAndGet(time.toNanos());
  }

  private static String subject(Reloading<KeyMaterial> material) {
    return material.current().certificate().getSubjectX500Principal().toString();
  }

  @Test
  void takesNewFilesWithinASecond() throws IOException {
    Reloading<KeyMaterial> material = open();
    put("renewed.pem", certificate);
    put("renewed.key", key);

    waitFor(Duration.ofMillis(999));
    assertThat(subject(material)).isEqualTo("CN=mx.test");
    waitFor(Duration.ofMillis(1));
    assertThat(subject(material)).isEqualTo("CN=renewed.test");
  }

  @Test
  void keepsTheOldOnesWhileOnlyHalfIsNew() throws IOException {
    Reloading<KeyMaterial> material = open();
    put("renewed.pem", certificate);
    waitFor(Duration.ofSeconds(1));
    assertThat(subject(material)).isEqualTo("CN=mx.test");

    put("renewed.key", key);
    waitFor(Duration.ofSeconds(1));
    assertThat(subject(material)).isEqualTo("CN=renewed.test");
  }

  @Test
  void triesABrokenFileOnce() throws IOException {
    Reloading<KeyMaterial> material = open();
    Files.writeString(certificate, "broken");
    for (int i = 0; i < 5; i++) {
      waitFor(Duration.ofSeconds(1));
      assertThat(subject(material)).isEqualTo("CN=mx.test");
    }
    assertThat(loads).hasValue(2);

    Files.delete(certificate);
    waitFor(Duration.ofSeconds(1));
    assertThat(subject(material)).isEqualTo("CN=mx.test");
  }

  @Test
  void seesAFileThatIsAsOldAndAsLongAsTheOneInItsPlace() throws IOException {
    FileTime then = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));
    Files.setLastModifiedTime(certificate, then);
    Reloading<KeyMaterial> material = open();
    Path other = directory.resolve("other.pem");
    put("rsa.pem", other);
    Files.setLastModifiedTime(other, then);
    Files.move(other, certificate, StandardCopyOption.REPLACE_EXISTING);

    waitFor(Duration.ofSeconds(1));
    material.current();

    assertThat(loads).hasValue(2);
  }

  @Test
  void looksOnlyAtFilesThatHaveChanged() throws IOException {
    Reloading<KeyMaterial> material = open();
    for (int i = 0; i < 5; i++) {
      waitFor(Duration.ofSeconds(1));
      material.current();
    }
    assertThat(loads).hasValue(1);
  }

  @Test
  void opensNothingThatIsBrokenFromTheBeginning() throws IOException {
    put("renewed.key", key);

    assertThatThrownBy(this::open).isInstanceOf(KeyFileException.class);
  }
}
