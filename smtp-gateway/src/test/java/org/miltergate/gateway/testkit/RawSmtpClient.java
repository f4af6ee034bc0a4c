package org.miltergate.gateway.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * An SMTP client that says exactly what a test wants, and reads replies line by line.
 *
 * <p>A transcript has one line for each thing that happens: {@code C: text} sends a line with CRLF;
 * lines that follow each other go out in one write. {@code C= text} sends as it is, with {@code
 * \r}, {@code \n}, {@code \0} and {@code \xNN}; {@code C*N text} sends that N times; {@code C!}
 * ends a write. {@code C~ text} sends it byte by byte, slowly and again and again, until the server
 * says something. {@code S: text} reads one line, in which {@code ...} stands for anything. {@code
 * S+ code} reads a reply of any number of lines; {@code S! closed} waits for the end of the
 * connection.
 */
public final class RawSmtpClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int DRIP_MILLIS = 10;

  private Socket socket;
  private InputStream input;

  private RawSmtpClient(Socket socket) throws IOException {
    this.socket = socket;
    this.input = new BufferedInputStream(socket.getInputStream());
    socket.setSoTimeout((int) PATIENCE.toMillis());
    socket.setTcpNoDelay(true);
  }

  /** Takes over a connected socket. */
  public static RawSmtpClient of(Socket socket) throws IOException {
    return new RawSmtpClient(socket);
  }

  public static RawSmtpClient connect(InetSocketAddress server) throws IOException {
    return new RawSmtpClient(new Socket(server.getAddress(), server.getPort()));
  }

  /** Negotiates TLS with the JDK's own sockets; any certificate will do. */
  public RawSmtpClient startTls(SSLContext tls) throws IOException {
    return startTls(tls, "TLSv1.2", "TLSv1.3");
  }

  public RawSmtpClient startTls(SSLContext tls, String... versions) throws IOException {
    SSLSocket encrypted =
        (SSLSocket) tls.getSocketFactory().createSocket(socket, "mx.test", 25, true);
    encrypted.setUseClientMode(true);
    encrypted.setEnabledProtocols(versions);
    encrypted.setSoTimeout((int) PATIENCE.toMillis());
    encrypted.startHandshake();
    socket = encrypted;
    input = new BufferedInputStream(encrypted.getInputStream());
    return this;
  }

  /** Negotiates again: TLS 1.2 another handshake, TLS 1.3 new keys. */
  public RawSmtpClient negotiateAnew() throws IOException {
    ((SSLSocket) socket).startHandshake();
    return this;
  }

  /** Connects with a receive buffer so small that replies soon wait in the server. */
  public static RawSmtpClient connectNarrow(InetSocketAddress server) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(2048);
    socket.connect(server);
    return new RawSmtpClient(socket);
  }

  public RawSmtpClient play(String transcript) throws IOException {
    StringBuilder toSend = new StringBuilder();
    for (String line : transcript.lines().toList()) {
      if (line.startsWith("C: ") || line.equals("C:")) {
        toSend.append(line.substring(Math.min(3, line.length()))).append("\r\n");
      } else if (line.startsWith("C= ")) {
        toSend.append(unescape(line.substring(3)));
      } else if (line.startsWith("C*")) {
        int blank = line.indexOf(' ');
        int times = Integer.parseInt(line.substring(2, blank));
        toSend.append(unescape(line.substring(blank + 1)).repeat(times));
      } else if (line.startsWith("C~ ")) {
        flush(toSend);
        drip(unescape(line.substring(3)));
      } else if (line.equals("C!")) {
        flush(toSend);
      } else if (line.startsWith("S: ")) {
        flush(toSend);
        assertThat(readLine()).as(transcript).matches(pattern(line.substring(3)));
      } else if (line.startsWith("S+ ")) {
        flush(toSend);
        skipReply(line.substring(3), transcript);
      } else if (line.equals("S! closed")) {
        flush(toSend);
        expectClosed();
      } else {
        throw new IllegalArgumentException("not a line of a transcript: " + line);
      }
    }
    flush(toSend);
    return this;
  }

  private void flush(StringBuilder toSend) throws IOException {
    if (!toSend.isEmpty()) {
      send(toSend.toString());
      toSend.setLength(0);
    }
  }

  private void skipReply(String code, String transcript) throws IOException {
    String line = readLine();
    while (line.startsWith(code + "-")) {
      line = readLine();
    }
    assertThat(line).as(transcript).startsWith(code + " ");
  }

  private void drip(String text) throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    socket.setSoTimeout(DRIP_MILLIS);
    try {
      for (int i = 0; !hasEndOrAnswer(); i++) {
        assertThat(System.nanoTime()).as("the server bears it for ever").isLessThan(end);
        send(text.substring(i % text.length(), i % text.length() + 1));
      }
    } catch (SocketException e) {
      return; // a reset is an end too, in reading and in writing: what is played next sees it
    } finally {
      socket.setSoTimeout((int) PATIENCE.toMillis());
    }
  }

  /** Waits as long as a read may take. */
  private boolean hasEndOrAnswer() throws IOException {
    input.mark(1);
    try {
      input.read();
      input.reset();
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    }
  }

  public static String unescape(String text) {
    StringBuilder raw = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\\') {
        raw.append(c);
        continue;
      }
      i++;
      switch (text.charAt(i)) {
        case 'r' -> raw.append('\r');
        case 'n' -> raw.append('\n');
        case '0' -> raw.append('\0');
        case 'x' -> {
          raw.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
          i += 2;
        }
        default -> raw.append(text.charAt(i));
      }
    }
    return raw.toString();
  }

  private static Pattern pattern(String expected) {
    StringBuilder regex = new StringBuilder();
    for (String part : expected.split("\\.\\.\\.", -1)) {
      regex.append(regex.isEmpty() ? "" : ".*").append(Pattern.quote(part));
    }
    return Pattern.compile(regex.toString());
  }

  /** Sends one byte for each char. */
  public RawSmtpClient send(String latin1) throws IOException {
    socket.getOutputStream().write(latin1.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  /** Reads one line of a reply, without its line end; fails at the end of the connection. */
  public String readLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int value = input.read();
    while (value != '\n') {
      assertThat(value).as("end of connection within '%s'", line).isNotEqualTo(-1);
      line.write(value);
      value = input.read();
    }
    String text = line.toString(StandardCharsets.UTF_8);
    assertThat(text).endsWith("\r");
    return text.substring(0, text.length() - 1);
  }

  /** Reads a reply to its last line. */
  public List<String> readReply() throws IOException {
    List<String> lines = new ArrayList<>();
    do {
      lines.add(readLine());
    } while (lines.getLast().startsWith("-", 3));
    return lines;
  }

  /** Reads one byte, or -1 at the end of the connection. */
  public int readByte() throws IOException {
    return input.read();
  }

  public void expectClosed() throws IOException {
    try {
      assertThat(input.read()).as("byte in place of the end of the connection").isEqualTo(-1);
    } catch (java.net.SocketException e) {
      assertThat(e).hasMessageContaining("reset");
    }
  }

  /** Tells the server that nothing more comes, and goes on to read. */
  public RawSmtpClient finishSending() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /** Reads until the server closes the connection. */
  public void readToEnd() throws IOException {
    try {
      input.transferTo(java.io.OutputStream.nullOutputStream());
    } catch (java.net.SocketException e) {
      assertThat(e).hasMessageContaining("reset");
    }
  }

  /** Ends the connection so that the server gets a reset. */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
