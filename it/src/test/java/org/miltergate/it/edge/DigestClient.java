package org.miltergate.it.edge;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.miltergate.it.smtp.SmtpDialogue;

/** Sends {@link OddMessages} over some connections at once; message n has the sender nN. */
final class DigestClient {
  private static final int CONNECTIONS = 6;
  private static final int ANSWER_LIMIT_MILLIS = 60_000;

  /** How the content is sent. */
  enum Way {
    DATA {
      @Override
      void send(Connection to, byte[] message) throws IOException {
        to.write("DATA\r\n");
        to.expect("354");
        to.write(SmtpDialogue.stuffed(message));
        to.expect("250");
      }
    },
    /** In chunks of 1,000 bytes, all in one write. */
    BDAT {
      private static final int CHUNK = 1000;

      @Override
      void send(Connection to, byte[] message) throws IOException {
        ByteArrayOutputStream chunks = new ByteArrayOutputStream();
        int at = 0;
        int count = 1;
        for (; message.length - at > CHUNK; at += CHUNK, count++) {
          chunks.writeBytes("BDAT 1000\r\n".getBytes(StandardCharsets.US_ASCII));
          chunks.write(message, at, CHUNK);
        }
        int rest = message.length - at;
        chunks.writeBytes("BDAT %d LAST\r\n".formatted(rest).getBytes(StandardCharsets.US_ASCII));
        chunks.write(message, at, rest);
        to.write(chunks.toByteArray());
        for (int i = 0; i < count; i++) {
          to.expect("250");
        }
      }
    };

    abstract void send(Connection to, byte[] message) throws IOException;
  }

  private DigestClient() {}

  /** Sends the messages from 0 on; fails at the first one that is not taken. */
  static void send(InetSocketAddress server, int messages, Way way) throws Exception {
    List<Callable<Void>> parts =
        IntStream.range(0, CONNECTIONS)
            .<Callable<Void>>mapToObj(part -> () -> sendPart(server, part, messages, way))
            .toList();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Void>> results = new ArrayList<>(threads.invokeAll(parts));
      for (Future<Void> result : results) {
        result.get();
      }
    }
  }

  @SuppressWarnings("NullAway") // a Callable of nothing
  private static Void sendPart(InetSocketAddress server, int part, int messages, Way way)
      throws IOException {
    try (Socket socket = new Socket(server.getAddress(), server.getPort())) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(ANSWER_LIMIT_MILLIS);
      Connection connection = new Connection(socket);
      connection.expect("220");
      connection.write("EHLO client.test\r\n");
      connection.expect("250");
      for (int number = part; number < messages; number += CONNECTIONS) {
        connection.write(
            "MAIL FROM:<n%d@client.test>\r\nRCPT TO:<b@remote.test>\r\n".formatted(number));
        connection.expect("250");
        connection.expect("250");
        way.send(connection, OddMessages.message(number));
      }
      connection.write("QUIT\r\n");
      connection.expect("221");
      return null;
    }
  }

  /** One connection. Not thread-safe; use from one thread at a time. */
  static final class Connection {
    private final BufferedReader in;
    private final OutputStream out;

    Connection(Socket socket) throws IOException {
      in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      out = socket.getOutputStream();
    }

    void write(String text) throws IOException {
      write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void write(byte[] bytes) throws IOException {
      out.write(bytes);
    }

    void expect(String code) throws IOException {
      String line = in.readLine();
      while (line != null && line.startsWith(code + "-")) {
        line = in.readLine();
      }
      if (line == null || !line.startsWith(code)) {
        throw new IOException("wanted " + code + ", got " + line);
      }
    }
  }
}
