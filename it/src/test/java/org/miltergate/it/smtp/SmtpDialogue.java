package org.miltergate.it.smtp;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One SMTP connection of a client that waits for each answer.
 *
 * <p>A reply must arrive within 60 seconds. Not thread-safe; use from one thread at a time.
 */
public final class SmtpDialogue implements Closeable {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private final List<Exchange> exchanges = new ArrayList<>();

  /** What was sent, and what came back. */
  public record Exchange(String sent, SmtpAnswer answer) {
    @Override
    public String toString() {
      return sent + " -> " + answer;
    }
  }

  private SmtpDialogue(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
    this.out = socket.getOutputStream();
  }

  /** Connects and reads the greeting. */
  public static SmtpDialogue connect(InetSocketAddress server) throws IOException {
    return dial(server).readGreeting();
  }

  /** Connects from this address of the machine and reads the greeting. */
  public static SmtpDialogue connectFrom(InetAddress source, InetSocketAddress server)
      throws IOException {
    return open(new InetSocketAddress(source, 0), server).readGreeting();
  }

  /** Connects, and reads nothing yet. */
  public static SmtpDialogue dial(InetSocketAddress server) throws IOException {
    return open(new InetSocketAddress(0), server);
  }

  private static SmtpDialogue open(InetSocketAddress source, InetSocketAddress server)
      throws IOException {
    Socket socket = new Socket();
    try {
      socket.bind(source);
      socket.connect(server, (int) LONGEST_WAIT.toMillis());
      socket.setSoTimeout((int) LONGEST_WAIT.toMillis());
      socket.setTcpNoDelay(true);
      return new SmtpDialogue(socket);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private SmtpDialogue readGreeting() throws IOException {
    try {
      exchanges.add(new Exchange("(connect)", readAnswer()));
      return this;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** Returns the port of this side. */
  public int localPort() {
    return socket.getLocalPort();
  }

  public SmtpAnswer greeting() {
    return exchanges.getFirst().answer();
  }

  /** Sends a command line (ISO 8859-1) and returns its answer. */
  public SmtpAnswer send(String command) throws IOException {
    SmtpAnswer answer = write((command + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    exchanges.add(new Exchange(command, answer));
    return answer;
  }

  /** Sends DATA; if that is taken, the message with its dots doubled, and the final dot. */
  public SmtpAnswer sendMessage(byte[] message) throws IOException {
    SmtpAnswer go = send("DATA");
    if (go.code() != 354) {
      return go;
    }
    return sendContent(message);
  }

  /** Sends the message with its dots doubled, and the final dot. */
  public SmtpAnswer sendContent(byte[] message) throws IOException {
    SmtpAnswer answer = write(stuffed(message));
    exchanges.add(new Exchange("(content)", answer));
    return answer;
  }

  /** Sends bytes as they are, and waits for nothing. */
  public void sendRaw(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  /** Sends EHLO; MAIL, RCPT and the message as far as they are taken. Returns the last answer. */
  public SmtpAnswer deliver(String sender, List<String> recipients, byte[] message)
      throws IOException {
    List<String> commands = new ArrayList<>(List.of("EHLO client.test"));
    commands.add("MAIL FROM:<" + sender + ">");
    recipients.forEach(recipient -> commands.add("RCPT TO:<" + recipient + ">"));
    for (String command : commands) {
      SmtpAnswer answer = send(command);
      if (!answer.isPositive()) {
        return answer;
      }
    }
    return sendMessage(message);
  }

  /** Returns all that was sent and answered so far. */
  public List<Exchange> exchanges() {
    return List.copyOf(exchanges);
  }

  private SmtpAnswer write(byte[] bytes) throws IOException {
    try {
      sendRaw(bytes);
    } catch (SocketException e) {
      // The server has closed; what it said before may still be there to read.
    }
    return readAnswer();
  }

  private SmtpAnswer readAnswer() throws IOException {
    List<String> lines = new ArrayList<>();
    try {
      do {
        lines.add(readLine());
      } while (lines.getLast().length() > 3 && lines.getLast().charAt(3) == '-');
    } catch (EOFException | SocketException e) {
      return lines.isEmpty() ? SmtpAnswer.CLOSED : new SmtpAnswer(lines);
    }
    return new SmtpAnswer(lines);
  }

  private String readLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("server closed the connection");
      }
      line.write(b);
    }
    String text = line.toString(StandardCharsets.ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  /** Doubles each dot at the start of a line and appends the line with the single dot. */
  public static byte[] stuffed(byte[] message) {
    ByteArrayOutputStream stuffed = new ByteArrayOutputStream(message.length + 64);
    boolean atLineStart = true;
    for (byte b : message) {
      if (atLineStart && b == '.') {
        stuffed.write('.');
      }
      stuffed.write(b);
      atLineStart = b == '\n';
    }
    if (!atLineStart) {
      stuffed.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    stuffed.writeBytes(".\r\n".getBytes(StandardCharsets.US_ASCII));
    return stuffed.toByteArray();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
