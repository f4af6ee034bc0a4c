package org.miltergate.peers.milters;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.miltergate.peers.process.Daemon;
import org.miltergate.peers.process.Programs;

/** The filters whose source belongs to the tests. */
final class Sources {
  private Sources() {}

  /** Copies a source out of the test's resources. */
  static Path copy(String name, Path folder) throws IOException {
    Path copy = folder.resolve(name);
    try (InputStream source = Sources.class.getResourceAsStream("/filter/" + name)) {
      if (source == null) {
        throw new IOException("there is no resource filter/" + name);
      }
      Files.copy(source, copy);
    }
    return copy;
  }

  /** Compiles a filter against libmilter; returns the program. */
  static Path compile(Path source, Path folder, List<String> options) throws IOException {
    Path gcc = Programs.require("gcc");
    Programs.requireFile(Path.of("/usr/include/libmilter/mfapi.h"));
    Path program = folder.resolve("filter");
    List<String> command =
        new ArrayList<>(List.of(gcc.toString(), "-O1", "-o", program.toString()));
    command.addAll(options);
    command.addAll(List.of(source.toString(), "-lmilter", "-lpthread"));
    Daemon.run(folder, command);
    return program;
  }
}
