package org.miltergate.it.edge;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/**
 * A next hop that keeps nothing of a message but the digest of what the gateway was given.
 *
 * <p>Messages are distinguished by their sender {@code <nNUMBER@...>}. Speaks SMTP and LMTP, and on
 * request BDAT or TLS from the first byte on. Accepts everything. Thread-safe.
 */
final class DigestSink implements Closeable {
  private static final int IDLE_LIMIT_MILLIS = 60_000;
  private static final Pattern NUMBER = Pattern.compile("MAIL FROM:<n(\\d+)@.*");

  private final ServerSocket server;
  private final boolean chunking;
  private final Map<Integer, Digest> digests = new ConcurrentHashMap<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private DigestSink(ServerSocket server, boolean chunking) {
    this.server = server;
    this.chunking = chunking;
  }

  static DigestSink start() throws IOException {
    return start(new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")), false);
  }

  /** Starts one that offers CHUNKING. */
  static DigestSink withChunking() throws IOException {
    return start(new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")), true);
  }

  /** Starts one that speaks TLS from the first byte on. */
  static DigestSink withTls(SSLContext tls) throws IOException {
    InetAddress loopback = InetAddress.getByName("127.0.0.1");
    return start(tls.getServerSocketFactory().createServerSocket(0, 50, loopback), false);
  }

  private static DigestSink start(ServerSocket server, boolean chunking) {
    DigestSink sink = new DigestSink(server, chunking);
    Thread.ofVirtual().name("digest-sink").start(sink::accept);
    return sink;
  }

  int port() {
    return server.getLocalPort();
  }

  /** Returns the digest of a message, its Received field of the gateway taken off. */
  Optional<Digest> digest(int number) {
    return Optional.ofNullable(digests.get(number));
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException e) {
      return; // closed: this is how it ends
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setSoTimeout(IDLE_LIMIT_MILLIS);
      socket.setTcpNoDelay(true);
      new Session(socket).run();
    } catch (IOException e) {
      return; // the gateway has closed the connection; what was not answered is not noted
    } finally {
      open.remove(socket);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }

  /** One connection. */
  private final class Session {
    private final Socket socket;
    private final InputStream in;
    private final ByteArrayOutputStream replies = new ByteArrayOutputStream();
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private int number;
    private int recipients;
    private boolean lmtp;

    Session(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
    }

    void run() throws IOException {
      reply("220 sink.test ESMTP");
      while (true) {
        if (in.available() == 0) {
          flush();
        }
        String line = line();
        String verb = line.split("[ :]", 2)[0].toUpperCase(Locale.ROOT);
        switch (verb) {
          case "EHLO", "LHLO" -> hello(verb);
          case "MAIL" -> mail(line);
          case "RCPT" -> {
            recipients++;
            reply("250 2.1.5 Ok");
          }
          case "DATA" -> {
            reply("354 Go on");
            flush();
            readData();
            taken();
          }
          case "BDAT" -> bdat(line.split(" "));
          case "RSET", "NOOP" -> reply("250 2.0.0 Ok");
          case "QUIT" -> {
            reply("221 2.0.0 Bye");
            flush();
            return;
          }
          default -> reply("500 5.5.2 What is " + verb);
        }
      }
    }

    private void hello(String verb) {
      lmtp = verb.equals("LHLO");
      reply("250-sink.test");
      reply("250-PIPELINING");
      reply("250-8BITMIME");
      reply("250-SMTPUTF8");
      reply(chunking ? "250-CHUNKING" : "250-DSN");
      reply("250 ENHANCEDSTATUSCODES");
    }

    private void mail(String line) throws IOException {
      Matcher matcher = NUMBER.matcher(line);
      if (!matcher.matches()) {
        throw new IOException("no number in " + line);
      }
      number = Integer.parseInt(matcher.group(1));
      recipients = 0;
      content.reset();
      reply("250 2.1.0 Ok");
    }

    private void bdat(String[] words) throws IOException {
      byte[] chunk = in.readNBytes(Integer.parseInt(words[1]));
      content.write(chunk);
      if (words.length > 2) {
        taken();
      } else {
        reply("250 2.0.0 " + chunk.length + " octets");
      }
    }

    /** Reads to the line with the single dot; only CRLF ends a line. */
    private void readData() throws IOException {
      while (true) {
        byte[] line = rawLine();
        if (line.length == 3 && line[0] == '.') {
          return;
        }
        int from = line[0] == '.' ? 1 : 0;
        content.write(line, from, line.length - from);
      }
    }

    private void taken() {
      digests.put(number, Digest.withoutReceived(content.toByteArray()));
      content.reset();
      for (int i = lmtp ? recipients : 1; i > 0; i--) {
        reply("250 2.0.0 Ok: queued as " + number);
      }
    }

    private void reply(String line) {
      replies.writeBytes((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private void flush() throws IOException {
      replies.writeTo(socket.getOutputStream());
      replies.reset();
    }

    private String line() throws IOException {
      byte[] line = rawLine();
      return new String(line, 0, line.length - 2, StandardCharsets.ISO_8859_1);
    }

    private byte[] rawLine() throws IOException {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      int before = -1;
      while (true) {
        int b = in.read();
        if (b < 0) {
          throw new EOFException("end within a line");
        }
        line.write(b);
        if (b == '\n' && before == '\r') {
          return line.toByteArray();
        }
        before = b;
      }
    }
  }
}
