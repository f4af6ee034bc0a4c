package org.miltergate.milter.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Messages;

class BodyStoreTest {
  private static final int LIMIT = 200_000;

  @TempDir Path directory;

  @ParameterizedTest(name = "{0} bytes")
  @ValueSource(
      ints = {
        0, 1, 1023, 1024, 1025, 65534, 65535, 65536, 131070, 199_999, 200_000, 200_001, 700_000
      })
  void givesBackWhatWasWrittenInPiecesOfAnySize(int length) throws Exception {
    byte[] content = content(length);
    try (BodyStore.Writer writer = new BodyStore(directory, LIMIT).writer()) {
      write(writer, content);
      assertThat(writer.length()).isEqualTo(length);

      try (Body body = writer.finish()) {
        assertThat(body.length()).isEqualTo(length);
        assertThat(Messages.bytesOf(body)).isEqualTo(Bytes.copyOf(content));
        for (int max : new int[] {65535, 65536, 1, 262_143, 1 << 24}) {
          assertThat(inChunks(body, max)).as("chunks of %d", max).isEqualTo(Bytes.copyOf(content));
        }
        assertThat(body.chunk(length, 1)).isEqualTo(Bytes.EMPTY);
      }
    }
    assertThat(directory).isEmptyDirectory();
  }

  private static byte[] content(int length) {
    byte[] content = new byte[length];
    new Random(length).nextBytes(content);
    return content;
  }

  private static void write(BodyStore.Writer writer, byte[] content) throws IOException {
    Random random = new Random(content.length);
    int at = 0;
    while (at < content.length) {
      int part = Math.min(content.length - at, random.nextInt(random.nextBoolean() ? 50 : 150_000));
      writer.write(content, at, part);
      at += part;
    }
  }

  private static Bytes inChunks(Body body, int max) throws IOException {
    if (max == 1) {
      // One by one takes too long for the large ones: the places where pieces meet, and the ends.
      for (long at = 0; at < body.length(); at += at % 65535 == 65534 ? 1 : 65534 - at % 65535) {
        assertThat(body.chunk(at, 1).length()).isEqualTo(1);
      }
      return Messages.bytesOf(body);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (long at = 0; at < body.length(); ) {
      Bytes chunk = body.chunk(at, max);
      assertThat(chunk.length()).isEqualTo((int) Math.min(max, body.length() - at));
      chunk.writeTo(out);
      at += chunk.length();
    }
    return Bytes.copyOf(out.toByteArray());
  }

  @Test
  void startsTheFileOneByteAboveTheLimit() throws Exception {
    BodyStore nowhere = new BodyStore(directory.resolve("missing"), LIMIT);
    BodyStore.Writer writer = nowhere.writer();
    writer.write(content(LIMIT));

    assertThatThrownBy(() -> writer.write('x')).isInstanceOf(NoSuchFileException.class);

    assertThatThrownBy(() -> writer.write('x')).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(writer::finish).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void largeBodyHasNoNameWhileItIsWrittenAndRead() throws Exception {
    byte[] content = content(LIMIT + 1);
    try (BodyStore.Writer writer = new BodyStore(directory, LIMIT).writer()) {
      writer.write(content);
      assertThat(directory).isEmptyDirectory();

      try (Body body = writer.finish()) {
        assertThat(body).isInstanceOf(FileBody.class);
        assertThat(directory).isEmptyDirectory();
        assertThat(Messages.bytesOf(body)).isEqualTo(Bytes.copyOf(content));
      }
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void fileIsGoneWhenTheBodyIsClosedOrTheWriterIsDropped() throws Exception {
    BodyStore store = new BodyStore(directory, 0);
    BodyStore.Writer finished = store.writer();
    finished.write(content(10));
    Body body = finished.finish();
    BodyStore.Writer dropped = store.writer();
    dropped.write(content(10));
    assertThat(openFilesInDirectory()).isEqualTo(2);

    finished.close();
    dropped.close();
    dropped.close();
    assertThat(openFilesInDirectory()).isEqualTo(1);

    body.close();
    body.close();
    assertThat(openFilesInDirectory()).isZero();
  }

  private long openFilesInDirectory() throws IOException {
    long found = 0;
    try (Stream<Path> links = Files.list(Path.of("/proc/self/fd"))) {
      for (Path link : links.toList()) {
        if (targetOf(link).startsWith(directory.toRealPath() + "/")) {
          assertThat(targetOf(link)).endsWith(" (deleted)");
          found++;
        }
      }
    }
    return found;
  }

  private static String targetOf(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return ""; // Closed since the directory was read, as the one for this reading is.
    }
  }

  @ParameterizedTest(name = "limit {0}")
  @ValueSource(ints = {0, LIMIT})
  void closedBodyRefusesReads(int limit) throws Exception {
    BodyStore.Writer writer = new BodyStore(directory, limit).writer();
    writer.write(content(10));
    Body body = writer.finish();
    body.close();

    assertThatThrownBy(() -> body.chunk(0, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("body is closed");
    assertThatThrownBy(() -> body.writeTo(new ByteArrayOutputStream()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("body is closed");
    assertThat(body.length()).isEqualTo(10);
  }

  @ParameterizedTest(name = "limit {0}")
  @ValueSource(ints = {0, LIMIT})
  void refusesChunksOutsideTheBody(int limit) throws Exception {
    BodyStore.Writer writer = new BodyStore(directory, limit).writer();
    writer.write(content(10));
    try (Body body = writer.finish()) {
      assertThatThrownBy(() -> body.chunk(11, 1))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessageContaining("11");
      assertThatThrownBy(() -> body.chunk(-1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> body.chunk(0, 0)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void emptyBodyIsNeverClosed() throws Exception {
    Body.EMPTY.close();

    assertThat(Body.EMPTY.chunk(0, 10)).isEqualTo(Bytes.EMPTY);
    assertThat(Body.of(Bytes.EMPTY)).isSameAs(Body.EMPTY);
    assertThat(new BodyStore(directory, 0).writer().finish()).isSameAs(Body.EMPTY);
  }

  @ParameterizedTest(name = "limit {0}")
  @ValueSource(ints = {0, 1 << 20})
  void manyThreadsReadAtOnce(int limit) throws Exception {
    byte[] content = content(500_000);
    BodyStore.Writer writer = new BodyStore(directory, limit).writer();
    writer.write(content);
    try (Body body = writer.finish();
        ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
      var results =
          Stream.generate(() -> readers.submit(() -> inChunks(body, 65535))).limit(8).toList();
      for (Future<Bytes> result : results) {
        assertThat(result.get(30, TimeUnit.SECONDS)).isEqualTo(Bytes.copyOf(content));
      }
    }
  }

  /** The limit on the size of a file stands for the full disk: writes fail in the middle. */
  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void fullDiskReachesTheCallerAndLeavesNothingBehind() throws Exception {
    Path classes =
        Path.of(BodyStore.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path program = directory.resolve("FullDisk.java");
    try (InputStream in = BodyStoreTest.class.getResourceAsStream("/mail/FullDisk.java")) {
      Files.copy(in, program);
    }
    Path files = Files.createDirectory(directory.resolve("files"));
    Process java =
        new ProcessBuilder(
                "/bin/sh",
                "-c",
                "ulimit -f 256 && exec \"$0\" -cp \"$1\" \"$2\" \"$3\"",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                classes.toString(),
                program.toString(),
                files.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("output").toFile())
            .start();
    try {
      assertThat(java.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      java.destroyForcibly();
    }

    String output = Files.readString(directory.resolve("output"), StandardCharsets.UTF_8);
    assertThat(output.lines().toList())
        .contains(
            "write failed: File too large", "then: body has already been finished or dropped");
    assertThat(files).isEmptyDirectory();
  }
}
