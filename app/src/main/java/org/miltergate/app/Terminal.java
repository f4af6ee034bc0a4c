package org.miltergate.app;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/**
 * The terminal that the program was started from, without echo while this is open.
 *
 * <p>It is opened by name, {@code /dev/tty}: Java's console also needs standard output to be the
 * terminal, and would write its prompts there, which may be a users file. Not thread-safe.
 *
 * @see "POSIX tty(4), stty(1)"
 */
final class Terminal implements Closeable {
  private static final Path DEVICE = Path.of("/dev/tty");
  private static final long LIMIT_SECONDS = 10;

  private final InputStream in;
  private final OutputStream out;
  private final Thread restorer = new Thread(Terminal::echo, "terminal-restore");

  private Terminal(InputStream in, OutputStream out) {
    this.in = in;
    this.out = out;
  }

  /** Returns whether standard input is a terminal; {@code false} if that is unknown. */
  static boolean isStandardInput() {
    try {
      return run(Redirect.INHERIT, "test", "-t", "0") == 0;
    } catch (IOException e) {
      return false; // another system
    }
  }

  /**
   * Switches the echo off; a signal that ends the program restores it.
   *
   * @throws IOException if the echo cannot be switched off
   */
  static Terminal open() throws IOException {
    if (run(Redirect.from(DEVICE.toFile()), "stty", "-echo") != 0) {
      throw new IOException("the terminal would show the password; pipe it in");
    }
    try {
      OutputStream out = Files.newOutputStream(DEVICE, StandardOpenOption.WRITE);
      Terminal terminal = new Terminal(Files.newInputStream(DEVICE), out);
      Runtime.getRuntime().addShutdownHook(terminal.restorer);
      return terminal;
    } catch (IOException | RuntimeException e) {
      echo();
      throw e;
    }
  }

  /** Writes the question to the terminal, and reads a line from it. */
  String ask(String question) throws IOException {
    out.write(question.getBytes(StandardCharsets.UTF_8));
    out.flush();
    String line = PasswordInput.line(in);
    out.write('\n'); // the typed line end was not shown
    out.flush();
    return line;
  }

  @Override
  public void close() throws IOException {
    echo();
    try {
      Runtime.getRuntime().removeShutdownHook(restorer);
    } catch (IllegalStateException e) {
      // The program is ending, and the hook has run or will.
      return;
    }
    in.close();
    out.close();
  }

  private static void echo() {
    try {
      run(Redirect.from(DEVICE.toFile()), "stty", "echo");
    } catch (IOException e) {
      System.err.println("miltergate: write 'stty echo' to see what you type: " + e.getMessage());
    }
  }

  private static int run(Redirect input, String... command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectInput(input)
            .redirectOutput(Redirect.DISCARD)
            .redirectError(Redirect.DISCARD)
            .start();
    try {
      if (process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        return process.exitValue();
      }
      process.destroyForcibly();
      throw new IOException(command[0] + " does not end");
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException(command[0] + " was interrupted", e);
    }
  }
}
