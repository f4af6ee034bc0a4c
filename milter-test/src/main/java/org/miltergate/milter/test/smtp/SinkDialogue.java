package org.miltergate.milter.test.smtp;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.miltergate.milter.bytes.Bytes;

/**
 * One connection to the sink: reads commands, records them, reacts. Runs in a thread of its own.
 */
final class SinkDialogue implements Runnable {
  private static final int LONGEST_LINE = 1 << 20;
  private static final int READ_LIMIT_MILLIS = 60_000;

  private final ScriptedSmtpSink sink;
  private final Socket socket;
  private final int number;
  private final Map<SinkEvent, Integer> counts = new EnumMap<>(SinkEvent.class);

  // Guarded by this: read by the test's thread.
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private final List<SinkCommand> commands = new ArrayList<>();
  private boolean ended;
  private boolean closedByClient;

  private boolean lmtp;
  private String mail = "";
  private final List<String> recipients = new ArrayList<>();

  SinkDialogue(ScriptedSmtpSink sink, Socket socket, int number) {
    this.sink = sink;
    this.socket = socket;
    this.number = number;
  }

  int number() {
    return number;
  }

  synchronized SinkSession snapshot() {
    return new SinkSession(
        number, Bytes.copyOf(received.toByteArray()), commands, ended, closedByClient);
  }

  void cut() throws IOException {
    socket.close();
  }

  @Override
  public void run() {
    try (socket) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(READ_LIMIT_MILLIS);
      InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
      boolean pipelined = in.available() > 0;
      react(SinkEvent.CONNECT, "");
      for (String line = readLine(in); !socket.isClosed(); line = readLine(in)) {
        synchronized (this) {
          commands.add(new SinkCommand(line, pipelined));
        }
        sink.changed();
        // What has come before the answer goes out was sent without waiting for it.
        pipelined = in.available() > 0;
        obey(line, in);
      }
    } catch (EndOfClient e) {
      synchronized (this) {
        closedByClient = true;
      }
    } catch (IOException e) {
      // The connection was cut, by the script or from the other side; the record shows how far it
      // came.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      synchronized (this) {
        ended = true;
      }
      sink.changed();
    }
  }

  private void obey(String line, InputStream in) throws IOException, InterruptedException {
    SinkEvent event = SinkEvent.ofCommand(line);
    boolean accepted = react(event, line);
    switch (event) {
      case EHLO, HELO, RSET -> clear();
      case LHLO -> {
        lmtp = true;
        clear();
      }
      case MAIL -> {
        clear();
        mail = line;
      }
      case RCPT -> {
        if (accepted) {
          recipients.add(line);
        }
      }
      case DATA -> {
        if (accepted) {
          readMessage(in);
        }
      }
      case CONNECT, END_OF_DATA, NOOP, QUIT, OTHER -> {}
    }
  }

  private void clear() {
    mail = "";
    recipients.clear();
  }

  private void readMessage(InputStream in) throws IOException, InterruptedException {
    ByteArrayOutputStream stuffed = new ByteArrayOutputStream();
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    while (true) {
      byte[] line = readRawLine(in, Integer.MAX_VALUE);
      if (line.length == 3 && line[0] == '.') {
        break;
      }
      stuffed.write(line);
      int from = line[0] == '.' ? 1 : 0;
      content.write(line, from, line.length - from);
    }
    List<Reaction> reactions = new ArrayList<>();
    for (String recipient : lmtp ? List.copyOf(recipients) : List.of("")) {
      reactions.add(reactionTo(SinkEvent.END_OF_DATA, recipient));
    }
    // Noted before the reply goes out: whoever has the reply finds the message.
    boolean accepted = reactions.stream().anyMatch(Reaction::accepts);
    Bytes raw = Bytes.copyOf(stuffed.toByteArray());
    Bytes plain = Bytes.copyOf(content.toByteArray());
    sink.add(new SinkMessage(number, mail, recipients, raw, plain, accepted));
    for (Reaction reaction : reactions) {
      perform(reaction);
    }
    clear();
  }

  /** Returns whether the reaction holds a positive reply. */
  private boolean react(SinkEvent event, String line) throws IOException, InterruptedException {
    Reaction reaction = reactionTo(event, line);
    perform(reaction);
    return reaction.accepts();
  }

  private Reaction reactionTo(SinkEvent event, String line) {
    int count = counts.merge(event, 1, Integer::sum);
    return sink.reactionsTo(event).apply(new SinkCall(number, event, count, line));
  }

  private void perform(Reaction reaction) throws IOException, InterruptedException {
    OutputStream out = socket.getOutputStream();
    switch (reaction) {
      case Reaction.Reply reply -> {
        String text = String.join("\r\n", reply.lines()) + "\r\n";
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
      }
      case Reaction.Raw raw -> raw.bytes().writeTo(out);
      case Reaction.Drip drip -> {
        for (int i = 0; i < drip.bytes().length(); i++) {
          out.write(drip.bytes().at(i));
          waitForClosing(drip.pause().toMillis());
        }
      }
      case Reaction.Pause pause -> waitForClosing(pause.length().toMillis());
      case Reaction.Silence silence -> {}
      case Reaction.Stall stall -> waitForClosing(Long.MAX_VALUE);
      case Reaction.Close close -> socket.close();
      case Reaction.Reset reset -> {
        socket.setSoLinger(true, 0);
        socket.close();
      }
      case Reaction.Sequence sequence -> {
        perform(sequence.first());
        if (!socket.isClosed()) {
          perform(sequence.second());
        }
      }
    }
  }

  private void waitForClosing(long millis) throws IOException, InterruptedException {
    if (sink.closing().await(millis, TimeUnit.MILLISECONDS)) {
      throw new IOException("sink was closed");
    }
  }

  private String readLine(InputStream in) throws IOException {
    byte[] line = readRawLine(in, LONGEST_LINE);
    return new String(line, 0, line.length - 2, StandardCharsets.ISO_8859_1);
  }

  /** Reads up to and with CRLF. */
  private byte[] readRawLine(InputStream in, int limit) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int before = -1;
    try {
      while (line.size() < limit) {
        int b = in.read();
        if (b < 0) {
          throw new EndOfClient();
        }
        line.write(b);
        if (b == '\n' && before == '\r') {
          return line.toByteArray();
        }
        before = b;
      }
    } finally {
      synchronized (this) {
        line.writeTo(received);
      }
    }
    throw new IOException("line is longer than " + limit + " bytes");
  }

  /** The client has closed its side. */
  private static final class EndOfClient extends IOException {
    private static final long serialVersionUID = 1;
  }
}
