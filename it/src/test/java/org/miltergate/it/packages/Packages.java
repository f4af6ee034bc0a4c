package org.miltergate.it.packages;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.miltergate.peers.process.Programs;

/** Finds what the build has made. */
final class Packages {
  private static final Path MADE = Path.of("../dist/target").toAbsolutePath().normalize();

  /** What a program has printed, to both streams, and its status. */
  record Ended(int status, String output) {}

  private Packages() {}

  static Path tarball() throws IOException {
    return only("miltergate-*.tar.gz");
  }

  static Path deb() throws IOException {
    return only("miltergate_*_all.deb");
  }

  /** The package of Java, which only the profile {@code runtime} makes. */
  static Path runtimeDeb() throws IOException {
    List<Path> found = find("miltergate-runtime_*.deb");
    if (found.isEmpty()) {
      throw Programs.missing("there is no miltergate-runtime; build with -Pruntime");
    }
    return found.getFirst();
  }

  private static Path only(String glob) throws IOException {
    List<Path> found = find(glob);
    if (found.size() != 1) {
      throw new IOException(
          "one " + glob + " wanted in " + MADE + ", found " + found + "; run ./mvnw package");
    }
    return found.getFirst();
  }

  private static List<Path> find(String glob) throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(MADE, glob)) {
      files.forEach(found::add);
    }
    return found;
  }

  /** An environment in which the launcher takes the Java of this test. */
  static Map<String, String> java() {
    return Map.of("JAVA_HOME", System.getProperty("java.home"));
  }

  /**
   * Runs a command to its end.
   *
   * @param environment all that it has, with a path of the system's programs
   */
  static Ended run(Path directory, Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(directory, "run-", ".out");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(output.toFile());
    builder.environment().clear();
    builder.environment().putAll(Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL", "C"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      int status = process.waitFor();
      return new Ended(status, Files.readString(output));
    } finally {
      process.destroyForcibly();
      Files.delete(output);
    }
  }
}
