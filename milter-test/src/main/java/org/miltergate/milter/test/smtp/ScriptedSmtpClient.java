package org.miltergate.milter.test.smtp;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * An SMTP client that says what a script wants, and holds the server to its replies.
 *
 * <pre>{@code
 * try (ScriptedSmtpClient client = ScriptedSmtpClient.connect(server)) {
 *   client.play("""
 *       S: 220 ...
 *       C: MAIL FROM:<a@example.org>
 *       S: 250 ...
 *       """);
 * }
 * }</pre>
 *
 * <p>{@code C: text} sends a line with CRLF; lines that follow each other go out in one write.
 * {@code S: text} reads a reply to its last line, which has to be that; {@code ...} stands for
 * anything. {@code S! closed} waits for the end of the connection. Text is UTF-8.
 *
 * <p>Waits at most 20 seconds for each line. Not thread-safe; use from one thread at a time.
 */
public final class ScriptedSmtpClient implements Closeable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Socket socket;
  private final InputStream in;

  private ScriptedSmtpClient(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
    socket.setSoTimeout((int) PATIENCE.toMillis());
    socket.setTcpNoDelay(true);
  }

  /** Connects to a server, whose greeting is the first reply. */
  public static ScriptedSmtpClient connect(InetSocketAddress server) throws IOException {
    return new ScriptedSmtpClient(new Socket(server.getAddress(), server.getPort()));
  }

  /**
   * Plays a script.
   *
   * @return this
   * @throws AssertionError if a reply is not what the script says
   * @throws IOException if the connection breaks, or ends where a reply is due
   */
  public ScriptedSmtpClient play(String script) throws IOException {
    StringBuilder toSend = new StringBuilder();
    for (String line : script.lines().toList()) {
      if (line.startsWith("C:")) {
        toSend.append(line.substring(Math.min(3, line.length()))).append("\r\n");
      } else if (line.startsWith("S: ")) {
        flush(toSend);
        require(line.substring(3), lastLineOfReply());
      } else if (line.equals("S! closed")) {
        flush(toSend);
        requireEnd();
      } else {
        throw new IllegalArgumentException("not a line of a script: " + line);
      }
    }
    flush(toSend);
    return this;
  }

  private void flush(StringBuilder toSend) throws IOException {
    socket.getOutputStream().write(toSend.toString().getBytes(StandardCharsets.UTF_8));
    toSend.setLength(0);
  }

  private static void require(String expected, String reply) {
    StringBuilder regex = new StringBuilder();
    for (String part : expected.split("\\.\\.\\.", -1)) {
      regex.append(regex.isEmpty() ? "" : ".*").append(Pattern.quote(part));
    }
    if (!Pattern.matches(regex.toString(), reply)) {
      throw new AssertionError("expected '" + expected + "', got '" + reply + "'");
    }
  }

  private void requireEnd() throws IOException {
    int next = in.read();
    if (next >= 0) {
      throw new AssertionError("expected the end of the connection, got '" + (char) next + "'");
    }
  }

  private String lastLineOfReply() throws IOException {
    String line = line();
    while (line.startsWith("-", 3)) {
      line = line();
    }
    return line;
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the server has closed the connection after '" + line + "'");
      }
      line.write(next);
    }
    return line.toString(StandardCharsets.UTF_8).stripTrailing();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
