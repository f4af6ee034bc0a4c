package org.miltergate.bench.process;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory for one run of the benchmarks, which is deleted afterwards.
 *
 * @param path short, since Unix sockets are in it
 */
public record WorkFolder(Path path) implements Closeable {
  public static WorkFolder create() throws IOException {
    return new WorkFolder(readable(Files.createTempDirectory("bench")));
  }

  /** Creates a new directory inside. */
  public Path sub(String name) throws IOException {
    return readable(Files.createTempDirectory(path, name));
  }

  /** Gives access to the users that servers run as. */
  private static Path readable(Path folder) throws IOException {
    return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Override
  public void close() throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(path)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : all) {
      Files.deleteIfExists(file);
    }
  }
}
