package org.miltergate.app;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.miltergate.milter.text.Utf8;

/** Reads a password without showing it. */
final class PasswordInput {
  private static final int MAX_BYTES = 1024;

  private PasswordInput() {}

  /**
   * Asks twice on the terminal if standard input is one; otherwise reads a line of standard input.
   * Writes nothing to standard output, which may be a users file.
   *
   * @throws IOException if there is none, or the two differ
   */
  static String read() throws IOException {
    if (!Terminal.isStandardInput()) {
      return line(System.in);
    }
    try (Terminal terminal = Terminal.open()) {
      String first = terminal.ask("Password: ");
      if (!terminal.ask("Password again: ").equals(first)) {
        throw new IOException("the two passwords differ");
      }
      return first;
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
    String line =
        Utf8.decode(Arrays.copyOf(bytes.array(), bytes.position()))
            .orElseThrow(() -> new IOException("the password is not UTF-8"));
    return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
  }
}
