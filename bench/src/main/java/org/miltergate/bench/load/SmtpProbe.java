package org.miltergate.bench.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** An SMTP client that goes as far as the reply to its first recipient. */
public final class SmtpProbe {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int MAX_LINES = 100;

  private SmtpProbe() {}

  /** Returns the nanoseconds from the connect call to the reply to RCPT. */
  public static long nanosToRcpt(InetSocketAddress server) throws IOException {
    long begin = System.nanoTime();
    try (Socket socket = new Socket()) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout((int) LIMIT.toMillis());
      socket.connect(server, (int) LIMIT.toMillis());
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      require(in, "the connection");
      say(socket, in, "EHLO client.test");
      say(socket, in, "MAIL FROM:<alice@client.test>");
      say(socket, in, "RCPT TO:<bob@remote.test>");
      long end = System.nanoTime();
      say(socket, in, "QUIT");
      return end - begin;
    }
  }

  private static void say(Socket socket, BufferedReader in, String command) throws IOException {
    socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    require(in, command);
  }

  private static void require(BufferedReader in, String command) throws IOException {
    for (int i = 0; i < MAX_LINES; i++) {
      String line = in.readLine();
      if (line == null || !line.startsWith("2")) {
        throw new IOException("answer to " + command + " is " + line);
      }
      if (line.length() < 4 || line.charAt(3) != '-') {
        return;
      }
    }
    throw new IOException("answer to " + command + " does not end");
  }
}
