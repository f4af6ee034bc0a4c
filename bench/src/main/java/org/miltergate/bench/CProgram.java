package org.miltergate.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program in C beside the classes, compiled where it is needed.
 *
 * @param file the compiled program
 * @param launcher the words in front of its own, such as {@code taskset -c 1}; may be none
 */
record CProgram(Path file, List<String> launcher) {
  private static final int COMPILE_SECONDS = 60;

  CProgram {
    launcher = List.copyOf(launcher);
  }

  /**
   * Compiles one.
   *
   * @param name without {@code .c}
   * @throws IOException if there is no gcc, or it refuses
   */
  static CProgram compile(String name, Path folder, String... libraries) throws IOException {
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
    Process gcc = new ProcessBuilder(command).inheritIO().start();
    if (await(gcc, COMPILE_SECONDS) != 0) {
      throw new IOException("gcc could not compile " + name + ".c");
    }
    return new CProgram(program, List.of());
  }

  /** Returns the same program, started by another that replaces itself with it. */
  CProgram by(List<String> words) {
    return new CProgram(file, words);
  }

  /** Starts the program; what it says as an error is shown. */
  Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(launcher);
    command.add(file.toString());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** Runs the program and returns the number that it prints. */
  double measure(int seconds, String... arguments) throws IOException {
    Process process = start(arguments);
    String printed = new String(process.getInputStream().readAllBytes()).strip();
    int status = await(process, seconds);
    if (status != 0) {
      throw new IOException(file.getFileName() + " ended with status " + status);
    }
    return Double.parseDouble(printed);
  }

  private static int await(Process process, int seconds) throws IOException {
    try {
      if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("did not end within " + seconds + " s");
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
