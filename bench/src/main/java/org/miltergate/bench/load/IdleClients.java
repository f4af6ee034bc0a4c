package org.miltergate.bench.load;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** SMTP clients that have sent EHLO and send nothing more. */
final class IdleClients implements Closeable {
  private static final int AT_ONCE = 50;
  private static final int LIMIT_MILLIS = 60_000;
  private static final byte[] EHLO = "EHLO client.test\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();

  private IdleClients() {}

  /**
   * Connects this many clients, some of them at once, and waits until all have the reply to EHLO.
   *
   * @throws IOException if a server does not accept one of them
   */
  static IdleClients connect(InetSocketAddress server, int count) throws Exception {
    IdleClients clients = new IdleClients();
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Callable<Void>> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        all.add(() -> {
          clients.connect(server);
          return null;
        });
      }
      for (Future<Void> one : threads.invokeAll(all)) {
        one.get();
      }
      return clients;
    } catch (Exception e) {
      clients.close();
      throw e;
    }
  }

  private void connect(InetSocketAddress server) throws IOException {
    Socket socket = new Socket();
    sockets.add(socket);
    socket.connect(server, LIMIT_MILLIS);
    socket.setSoTimeout(LIMIT_MILLIS);
    expect(socket, "220");
    socket.getOutputStream().write(EHLO);
    expect(socket, "250");
  }

  /** Reads a whole reply, byte by byte: a buffer for each of thousands would cost us as much. */
  private static void expect(Socket socket, String code) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder line = new StringBuilder();
    while (true) {
      int read = in.read();
      if (read < 0) {
        throw new IOException("the server closed the connection instead of saying " + code);
      }
      line.append((char) read);
      if (read == '\n') {
        if (!line.toString().startsWith(code)) {
          throw new IOException("the server said " + line.toString().strip());
        }
        if (line.charAt(code.length()) == ' ') {
          return;
        }
        line.setLength(0);
      }
    }
  }

  @Override
  public void close() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
