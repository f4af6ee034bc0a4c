package org.miltergate.app.demo;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.miltergate.app.demo.DemoMessages.DemoMessage;

/** A plain SMTP client that prints its commands and the replies. Not thread-safe. */
final class DemoClient implements Closeable {
  private static final int READ_LIMIT_MILLIS = 30_000;

  private final Socket socket;
  private final BufferedReader in;
  private final OutputStream out;
  private final Consumer<String> print;

  private DemoClient(Socket socket, Consumer<String> print) throws IOException {
    this.socket = socket;
    this.in =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    this.out = socket.getOutputStream();
    this.print = print;
  }

  static DemoClient connect(InetSocketAddress gateway, Consumer<String> print) throws IOException {
    Socket socket = new Socket(gateway.getAddress(), gateway.getPort());
    socket.setSoTimeout(READ_LIMIT_MILLIS);
    DemoClient client = new DemoClient(socket, print);
    client.reply();
    client.say("EHLO client.example");
    return client;
  }

  /** Sends one message, or as much of it as the gateway accepts. */
  void send(DemoMessage message) throws IOException {
    say("MAIL FROM:" + message.sender());
    for (String recipient : message.recipients()) {
      say("RCPT TO:" + recipient);
    }
    if (say("DATA").startsWith("354")) {
      sendContent(message.content());
    }
  }

  private void sendContent(List<String> lines) throws IOException {
    for (String line : lines) {
      put(line.startsWith(".") ? "." + line : line);
    }
    put(".");
    out.flush();
    reply();
  }

  private String say(String command) throws IOException {
    put(command);
    out.flush();
    return reply();
  }

  private void put(String line) throws IOException {
    print.accept("C: " + line);
    out.write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
  }

  /** Returns the last line of a reply. */
  private String reply() throws IOException {
    while (true) {
      String line = in.readLine();
      if (line == null) {
        throw new IOException("the gateway closed the connection");
      }
      print.accept("S: " + line);
      if (line.length() < 4 || line.charAt(3) != '-') {
        return line;
      }
    }
  }

  @Override
  public void close() throws IOException {
    try {
      say("QUIT");
    } finally {
      socket.close();
    }
  }
}
