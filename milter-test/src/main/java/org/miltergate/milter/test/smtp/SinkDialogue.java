package org.miltergate.milter.test.smtp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
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

  private final ScriptedSmtpSink sink;
  private final SinkStream stream;
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
  private final ByteArrayOutputStream chunks = new ByteArrayOutputStream();
  private boolean inAuth;

  SinkDialogue(ScriptedSmtpSink sink, SinkStream stream, int number) {
    this.sink = sink;
    this.stream = stream;
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
    stream.close();
  }

  @Override
  public void run() {
    try (stream) {
      boolean pipelined = stream.in().available() > 0;
      react(SinkEvent.CONNECT, "");
      for (String line = readLine(); !stream.isClosed(); line = readLine()) {
        synchronized (this) {
          commands.add(new SinkCommand(line, pipelined, stream.isEncrypted()));
        }
        sink.changed();
        // Input that arrived before the reply was sent is pipelined.
        pipelined = stream.in().available() > 0;
        obey(line);
      }
    } catch (EndOfClient e) {
      synchronized (this) {
        closedByClient = true;
      }
    } catch (IOException e) {
      // The connection was closed, by the script or by the peer; the record shows how far it got.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      synchronized (this) {
        ended = true;
      }
      sink.changed();
    }
  }

  private void obey(String line) throws IOException, InterruptedException {
    SinkEvent event = inAuth ? SinkEvent.AUTH_RESPONSE : SinkEvent.ofCommand(line);
    inAuth = false;
    if (event == SinkEvent.BDAT) {
      readChunk(line);
      return;
    }
    boolean accepted = react(event, line);
    switch (event) {
      case EHLO, HELO, RSET, STARTTLS -> clear();
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
          readMessage();
        }
      }
      case CONNECT, END_OF_DATA, BDAT, AUTH, AUTH_RESPONSE, NOOP, QUIT, OTHER -> {}
    }
  }

  private void clear() {
    mail = "";
    recipients.clear();
    chunks.reset();
  }

  private void readMessage() throws IOException, InterruptedException {
    ByteArrayOutputStream stuffed = new ByteArrayOutputStream();
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    while (true) {
      byte[] line = readRawLine(Integer.MAX_VALUE);
      if (line.length == 3 && line[0] == '.') {
        break;
      }
      stuffed.write(line);
      int from = line[0] == '.' ? 1 : 0;
      content.write(line, from, line.length - from);
    }
    takeMessage(Bytes.copyOf(stuffed.toByteArray()), Bytes.copyOf(content.toByteArray()));
  }

  /** Reads a chunk (RFC 3030); the last one ends the message. */
  private void readChunk(String line) throws IOException, InterruptedException {
    String[] words = line.split(" ", -1);
    byte[] chunk = stream.in().readNBytes(Integer.parseInt(words[1]));
    synchronized (this) {
      received.writeBytes(chunk);
    }
    chunks.writeBytes(chunk);
    if (words.length > 2) {
      Bytes content = Bytes.copyOf(chunks.toByteArray());
      takeMessage(content, content);
    } else {
      react(SinkEvent.BDAT, line);
    }
  }

  private void takeMessage(Bytes raw, Bytes plain) throws IOException, InterruptedException {
    List<Reaction> reactions = new ArrayList<>();
    for (String recipient : lmtp ? List.copyOf(recipients) : List.of("")) {
      reactions.add(reactionTo(SinkEvent.END_OF_DATA, recipient));
    }
    // Recorded before the reply is sent: whoever has the reply finds the message.
    boolean accepted = reactions.stream().anyMatch(Reaction::accepts);
    sink.add(new SinkMessage(number, mail, recipients, raw, plain, accepted));
    for (Reaction reaction : reactions) {
      perform(reaction);
    }
    clear();
  }

  /** Returns whether the reaction contains a positive reply. */
  private boolean react(SinkEvent event, String line) throws IOException, InterruptedException {
    Reaction reaction = reactionTo(event, line);
    perform(reaction);
    inAuth = reaction.endsWithReply("334");
    return reaction.accepts();
  }

  private Reaction reactionTo(SinkEvent event, String line) {
    int count = counts.merge(event, 1, Integer::sum);
    return sink.reactionsTo(event)
        .apply(new SinkCall(number, event, count, line, stream.isEncrypted()));
  }

  private void perform(Reaction reaction) throws IOException, InterruptedException {
    OutputStream out = stream.out();
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
      case Reaction.Tls tls -> stream.startTls(tls.context());
      case Reaction.Close close -> stream.close();
      case Reaction.Reset reset -> stream.reset();
      case Reaction.Sequence sequence -> {
        perform(sequence.first());
        if (!stream.isClosed()) {
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

  private String readLine() throws IOException {
    byte[] line = readRawLine(LONGEST_LINE);
    return new String(line, 0, line.length - 2, StandardCharsets.ISO_8859_1);
  }

  /** Reads up to and including CRLF. */
  private byte[] readRawLine(int limit) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int before = -1;
    try {
      while (line.size() < limit) {
        int b = stream.in().read();
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

  /** The client has closed the connection. */
  private static final class EndOfClient extends IOException {
    private static final long serialVersionUID = 1;
  }
}
