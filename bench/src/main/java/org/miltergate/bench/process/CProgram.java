package org.miltergate.bench.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.miltergate.peers.process.Daemon;

/**
 * A C program stored beside the classes, compiled when it is needed.
 *
 * @param file the compiled program
 * @param launcher a command in front of its own, such as {@code taskset -c 1}; may be none
 */
public record CProgram(Path file, List<String> launcher) {
  public CProgram {
    launcher = List.copyOf(launcher);
  }

  /**
   * Compiles one.
   *
   * @param name without {@code .c}
   * @throws IOException if there is no gcc, or the compilation fails
   */
  public static CProgram compile(String name, Path folder, String... libraries) throws IOException {
    Path source = folder.resolve(name + ".c");
    try (InputStream in = CProgram.class.getResourceAsStream(name + ".c")) {
      if (in == null) {
        throw new IOException("no source " + name + ".c beside the classes");
      }
      Files.copy(in, source);
    }
    Path program = folder.resolve(name);
    List<String> command =
        new ArrayList<>(
            List.of("gcc", "-O2", "-Wall", "-o", program.toString(), source.toString()));
    command.addAll(List.of(libraries));
    Daemon.run(folder, command);
    return new CProgram(program, List.of());
  }

  /** Returns the same program, started by another that replaces itself with it. */
  CProgram by(List<String> words) {
    return new CProgram(file, words);
  }

  /** Returns the directory it was compiled in. */
  Path folder() {
    return file.toAbsolutePath().resolveSibling("");
  }

  /** Returns the command that starts it. */
  List<String> command(String... arguments) {
    List<String> command = new ArrayList<>(launcher);
    command.add(file.toAbsolutePath().toString());
    command.addAll(List.of(arguments));
    return command;
  }

  /** Runs the program and returns the number that it prints. */
  public double measure(int seconds, String... arguments) throws IOException {
    String printed = Daemon.run(folder(), command(arguments), Duration.ofSeconds(seconds));
    return Double.parseDouble(printed.strip());
  }
}
