package org.miltergate.gateway.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DurableFilesTest {
  @TempDir Path directory;

  @Test
  void fullDiskLeavesNothingAndTheNameIsFreeAgain() throws Exception {
    Path file = directory.resolve("mail");

    assertThatThrownBy(() ->
            DurableFiles.write(
                file,
                out -> {
                  out.write(new byte[100]);
                  throw new IOException("No space left on device");
                }))
        .isInstanceOf(IOException.class);
    assertThat(directory).isEmptyDirectory();

    DurableFiles.write(file, out -> out.write('x'));
    assertThat(file).content().isEqualTo("x");
  }

  @Test
  void whateverIsThrownLeavesNothing() {
    assertThatThrownBy(() ->
            DurableFiles.write(
                directory.resolve("mail"),
                out -> {
                  out.write(1);
                  throw new OutOfMemoryError("test");
                }))
        .isInstanceOf(OutOfMemoryError.class);
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void contentIsReplacedWholeOrNotAtAll() throws Exception {
    Path file = directory.resolve("state");
    Files.writeString(directory.resolve("state.new"), "left by a crash");

    DurableFiles.replace(file, out -> out.write('1'));
    assertThatThrownBy(() ->
            DurableFiles.replace(
                file,
                out -> {
                  out.write('2');
                  throw new IOException("No space left on device");
                }))
        .isInstanceOf(IOException.class);
    assertThat(file).content().isEqualTo("1");

    DurableFiles.replace(file, out -> out.write('3'));
    assertThat(file).content().isEqualTo("3");
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void fileThatIsThereStays() throws Exception {
    Path file = Files.writeString(directory.resolve("mail"), "mine");

    assertThatThrownBy(() -> DurableFiles.write(file, out -> out.write(1)))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(file).content().isEqualTo("mine");
  }

  @ParameterizedTest(name = "virtual thread: {0}")
  @ValueSource(booleans = {true, false})
  void interruptCutsNothingOffAndIsKept(boolean virtual) throws Exception {
    AtomicReference<String> outcome = new AtomicReference<>("none");
    Path folder = directory.resolve("a");
    Path file = folder.resolve("mail");
    Runnable writer =
        () -> {
          Thread.currentThread().interrupt();
          try {
            DurableFiles.createDirectories(folder);
            DurableFiles.write(file, out -> out.write('x'));
            DurableFiles.syncDirectory(folder);
            outcome.set("interrupted: " + Thread.currentThread().isInterrupted());
          } catch (IOException e) {
            outcome.set(e.toString());
          }
        };

    Thread.Builder builder = virtual ? Thread.ofVirtual() : Thread.ofPlatform();
    builder.start(writer).join();

    assertThat(outcome.get()).isEqualTo("interrupted: true");
    assertThat(file).content().isEqualTo("x");
  }
}
