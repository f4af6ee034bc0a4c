package org.miltergate.milter.test.smtp;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * The byte stream of one connection to the sink: over TCP or a Unix-domain socket, with or without
 * TLS.
 */
final class SinkStream implements Closeable {
  private static final int READ_LIMIT_MILLIS = 60_000;
  private static final int BUFFER_BYTES = 1 << 16;

  /** How the connection is reset; only possible with TCP. */
  private interface Cut {
    void run() throws IOException;
  }

  private final Closeable connection;
  private final Cut reset;
  private final Socket socket;
  private InputStream in;
  private OutputStream out;
  private boolean encrypted;
  private volatile boolean closed;

  private SinkStream(
      Closeable connection, Cut reset, Socket socket, InputStream in, OutputStream out) {
    this.connection = connection;
    this.reset = reset;
    this.socket = socket;
    this.in = new BufferedInputStream(in, BUFFER_BYTES);
    this.out = out;
  }

  static SinkStream of(Socket socket) throws IOException {
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(READ_LIMIT_MILLIS);
    return new SinkStream(
        socket,
        () -> socket.setSoLinger(true, 0),
        socket,
        socket.getInputStream(),
        socket.getOutputStream());
  }

  /** Takes over the channel of a Unix-domain socket. */
  static SinkStream of(SocketChannel channel) {
    return new SinkStream(
        channel,
        () -> {},
        new Socket(),
        Channels.newInputStream(channel),
        Channels.newOutputStream(channel));
  }

  InputStream in() {
    return in;
  }

  OutputStream out() {
    return out;
  }

  boolean isEncrypted() {
    return encrypted;
  }

  /** Negotiates as the server; anything the client sent before is discarded. */
  void startTls(SSLContext context) throws IOException {
    InputStream nothing = new ByteArrayInputStream(new byte[0]);
    SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(socket, nothing, true);
    tls.setUseClientMode(false);
    tls.startHandshake();
    in = new BufferedInputStream(tls.getInputStream(), BUFFER_BYTES);
    out = tls.getOutputStream();
    encrypted = true;
  }

  boolean isClosed() {
    return closed;
  }

  void reset() throws IOException {
    reset.run();
    close();
  }

  @Override
  public void close() throws IOException {
    closed = true;
    connection.close();
  }
}
