package org.miltergate.gateway;

import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Reads a password without showing it. */
final class PasswordInput {
  private static final int MAX_BYTES = 1024;

  private PasswordInput() {}

  /**
   * Asks on the terminal, twice, or reads a line of standard input.
   *
   * @throws IOException if there is none, or the second is another
   */
  static String read() throws IOException {
    // The other console of some JDKs exists without a terminal, too. Has to be set before its use.
    System.setProperty("jdk.console", "java.base");
    Console console = System.console();
    if (console != null) {
      return ask(console);
    }
    if (isTerminal()) {
      throw new IOException(
          "the password would be shown: standard output has to be a terminal, or pipe it in");
    }
    return line(System.in);
  }

  private static String ask(Console console) throws IOException {
    char[] first = console.readPassword("Password: ");
    char[] second = console.readPassword("Once more: ");
    if (first == null || second == null) {
      throw new IOException("there is no password");
    }
    if (!Arrays.equals(first, second)) {
      throw new IOException("that is another password");
    }
    return new String(first);
  }

  /** Tells whether standard input is a terminal although there is no console. */
  private static boolean isTerminal() {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/0")).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      return false; // not to be told on this system
    }
  }

  /** Reads UTF-8 up to the first line end, at most {@value #MAX_BYTES} bytes. */
  static String line(InputStream input) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(MAX_BYTES);
    for (int value = input.read(); value >= 0 && value != '\n'; value = input.read()) {
      if (!bytes.hasRemaining()) {
        throw new IOException("the password is longer than " + MAX_BYTES + " bytes");
      }
      bytes.put((byte) value);
    }
    bytes.flip();
    try {
      String line = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    } catch (CharacterCodingException e) {
      throw new IOException("the password is not UTF-8", e);
    }
  }
}
