package org.miltergate.bench.load;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.CRC32C;

/** A next hop that keeps the length and a checksum of each message's body. */
public final class BodySink implements Closeable {
  private static final int BACKLOG = 1000;
  private static final int IDLE_LIMIT_MILLIS = 300_000;

  private final ServerSocket server =
      new ServerSocket(0, BACKLOG, InetAddress.getByName("127.0.0.1"));
  private final Queue<Content> contents = new ConcurrentLinkedQueue<>();

  /**
   * The body of a message.
   *
   * @param bytes with line ends, without dot-stuffing
   */
  public record Content(long bytes, long checksum) {}

  private BodySink() throws IOException {}

  public static BodySink start() throws IOException {
    BodySink sink = new BodySink();
    Thread.ofVirtual().name("sink").start(sink::accept);
    return sink;
  }

  public int port() {
    return server.getLocalPort();
  }

  /** Returns the bodies received completely so far. */
  public List<Content> contents() {
    return List.copyOf(contents);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      client.setSoTimeout(IDLE_LIMIT_MILLIS);
      client.setTcpNoDelay(true);
      converse(new Lines(client.getInputStream()), client.getOutputStream());
    } catch (IOException e) {
      return; // the sender has disconnected; an incomplete message is not counted
    }
  }

  private void converse(Lines lines, OutputStream out) throws IOException {
    say(out, "220 sink.test");
    while (lines.next()) {
      String command = lines.start(4);
      if (command.equalsIgnoreCase("DATA")) {
        say(out, "354 go on");
        contents.add(readContent(lines));
      }
      say(out, command.equalsIgnoreCase("QUIT") ? "221 bye" : "250 ok");
    }
  }

  private static Content readContent(Lines lines) throws IOException {
    CRC32C checksum = new CRC32C();
    long bytes = 0;
    boolean inBody = false;
    while (lines.next()) {
      if (lines.isDot()) {
        return new Content(bytes, checksum.getValue());
      }
      if (inBody) {
        bytes += lines.addTo(checksum);
      }
      inBody |= lines.isBlank();
    }
    throw new IOException("no end of the message");
  }

  private static void say(OutputStream out, String reply) throws IOException {
    out.write((reply + "\r\n").getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  /** Splits the input into lines, without copying them. */
  private static final class Lines {
    private final InputStream in;
    private final byte[] buffer = new byte[1 << 16];
    private int from;
    private int end;
    private int limit;

    Lines(InputStream in) {
      this.in = in;
    }

    /** Goes to the next line; false if there is none. */
    boolean next() throws IOException {
      from = end;
      int at = from;
      while (true) {
        while (at < limit) {
          if (buffer[at++] == '\n') {
            end = at;
            return true;
          }
        }
        System.arraycopy(buffer, from, buffer, 0, limit - from);
        limit -= from;
        at -= from;
        from = 0;
        if (limit == buffer.length) {
          throw new IOException("a line of more than " + limit + " bytes");
        }
        int read = in.read(buffer, limit, buffer.length - limit);
        if (read < 0) {
          return false;
        }
        limit += read;
      }
    }

    boolean isDot() {
      return end - from == 3 && buffer[from] == '.';
    }

    boolean isBlank() {
      return end - from == 2;
    }

    String start(int length) {
      return new String(buffer, from, Math.min(length, end - from), StandardCharsets.ISO_8859_1);
    }

    /** Adds the line without dot-stuffing, and returns its length. */
    int addTo(CRC32C checksum) {
      int first = buffer[from] == '.' ? from + 1 : from;
      checksum.update(buffer, first, end - first);
      return end - first;
    }
  }
}
