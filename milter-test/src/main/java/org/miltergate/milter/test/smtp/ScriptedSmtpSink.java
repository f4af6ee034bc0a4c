package org.miltergate.milter.test.smtp;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * An SMTP and LMTP server on the loopback address that does what a test says and records what it
 * received.
 *
 * <pre>{@code
 * try (ScriptedSmtpSink sink = ScriptedSmtpSink.start()) {
 *   sink.on(SinkEvent.RCPT, call -> call.line().contains("nobody")
 *       ? Reaction.reply("550 5.1.1 no such user") : Reaction.reply("250 2.1.5 Ok"));
 *   sink.on(SinkEvent.END_OF_DATA, Reaction.close());
 *   // send something to sink.port()
 *   SinkMessage message = sink.awaitMessages(1).getFirst();
 * }
 * }</pre>
 *
 * <p>By default it accepts everything. It is strict where a sink must be: only {@code CRLF.CRLF}
 * ends a message, and a command ends with CRLF. It does not check the order of commands. The
 * waiting methods wait for at most 20 seconds; a session that reads nothing for 60 seconds ends.
 *
 * <p>Thread-safe; each session has a virtual thread.
 */
public final class ScriptedSmtpSink implements Closeable {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);

  /** Waits for connections; closed to end the waiting. */
  private interface Acceptor {
    SinkStream accept() throws IOException;
  }

  private final Closeable server;
  private final Acceptor connections;
  private final int port;
  private final Thread acceptor;
  private final Object lock = new Object();
  private final Map<SinkEvent, Function<SinkCall, Reaction>> script =
      new EnumMap<>(SinkEvent.class);
  private final List<SinkDialogue> dialogues = new ArrayList<>();
  private final List<SinkMessage> messages = new ArrayList<>();
  private final CountDownLatch closing = new CountDownLatch(1);

  private ScriptedSmtpSink(Closeable server, Acceptor connections, int port) {
    this.server = server;
    this.connections = connections;
    this.port = port;
    this.acceptor = Thread.ofVirtual().name("smtp-sink-accept").unstarted(this::acceptAll);
    extensions("PIPELINING", "SIZE 104857600", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES");
    script.put(SinkEvent.CONNECT, call -> Reaction.reply("220 sink.example ESMTP"));
    script.put(SinkEvent.HELO, call -> Reaction.reply("250 sink.example"));
    script.put(SinkEvent.MAIL, call -> Reaction.reply("250 2.1.0 Ok"));
    script.put(SinkEvent.RCPT, call -> Reaction.reply("250 2.1.5 Ok"));
    script.put(SinkEvent.DATA, call -> Reaction.reply("354 End data with <CR><LF>.<CR><LF>"));
    script.put(SinkEvent.END_OF_DATA, call -> Reaction.reply("250 2.0.0 Ok: queued as SINK"));
    script.put(SinkEvent.BDAT, call -> Reaction.reply("250 2.0.0 Ok: chunk"));
    script.put(SinkEvent.STARTTLS, call -> Reaction.reply("502 5.5.1 not implemented"));
    script.put(SinkEvent.AUTH, call -> Reaction.reply("235 2.7.0 Authentication successful"));
    script.put(
        SinkEvent.AUTH_RESPONSE, call -> Reaction.reply("235 2.7.0 Authentication successful"));
    script.put(SinkEvent.RSET, call -> Reaction.reply("250 2.0.0 Ok"));
    script.put(SinkEvent.NOOP, call -> Reaction.reply("250 2.0.0 Ok"));
    script.put(SinkEvent.QUIT, call -> Reaction.reply("221 2.0.0 Bye").then(Reaction.close()));
    script.put(SinkEvent.OTHER, call -> Reaction.reply("500 5.5.2 unknown command"));
  }

  /** Starts a sink on a free port of 127.0.0.1. */
  public static ScriptedSmtpSink start() throws IOException {
    return startOn(0);
  }

  /** Starts a sink on this port of 127.0.0.1, such as that of a sink that was closed before. */
  public static ScriptedSmtpSink startOn(int port) throws IOException {
    ServerSocket server = new ServerSocket();
    server.setReuseAddress(true);
    server.bind(
        new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), 200);
    ScriptedSmtpSink sink =
        new ScriptedSmtpSink(server, () -> SinkStream.of(server.accept()), server.getLocalPort());
    sink.acceptor.start();
    return sink;
  }

  /**
   * Starts a sink on a Unix-domain socket; the file must not exist, and is not removed afterwards.
   */
  public static ScriptedSmtpSink startUnix(Path path) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(path));
    ScriptedSmtpSink sink = new ScriptedSmtpSink(server, () -> SinkStream.of(server.accept()), 0);
    sink.acceptor.start();
    return sink;
  }

  /** Returns the port; 0 on a Unix-domain socket. */
  public int port() {
    return port;
  }

  /** Makes EHLO and LHLO offer only these keywords. */
  public ScriptedSmtpSink extensions(String... keywords) {
    Reaction reaction = offer(List.of(keywords));
    return on(SinkEvent.EHLO, reaction).on(SinkEvent.LHLO, reaction);
  }

  /** Enables STARTTLS: it is offered until it has been used, together with only these keywords. */
  public ScriptedSmtpSink startTls(SSLContext context, String... keywords) {
    List<String> before = new ArrayList<>(List.of(keywords));
    before.add("STARTTLS");
    Reaction plain = offer(before);
    Reaction encrypted = offer(List.of(keywords));
    Function<SinkCall, Reaction> reactions = call -> call.encrypted() ? encrypted : plain;
    return on(SinkEvent.EHLO, reactions)
        .on(SinkEvent.LHLO, reactions)
        .on(SinkEvent.STARTTLS, Reaction.reply("220 2.0.0 Ready").then(Reaction.tls(context)));
  }

  private static Reaction offer(List<String> keywords) {
    List<String> lines = new ArrayList<>(List.of("sink.example"));
    lines.addAll(keywords);
    List<String> reply = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      reply.add((i < lines.size() - 1 ? "250-" : "250 ") + lines.get(i));
    }
    return new Reaction.Reply(reply);
  }

  /** Sets the reaction to every event of this kind. */
  public ScriptedSmtpSink on(SinkEvent event, Reaction reaction) {
    return on(event, call -> reaction);
  }

  /**
   * Sets a function for the reaction to every event of this kind; it is called from many threads.
   */
  public ScriptedSmtpSink on(SinkEvent event, Function<SinkCall, Reaction> reactions) {
    synchronized (lock) {
      script.put(event, reactions);
    }
    return this;
  }

  /**
   * Sets the reaction to events of this kind that match {@code when}; the reaction to others is
   * unchanged.
   */
  public ScriptedSmtpSink on(SinkEvent event, Predicate<SinkCall> when, Reaction reaction) {
    synchronized (lock) {
      Function<SinkCall, Reaction> before = reactionsTo(event);
      return on(event, call -> when.test(call) ? reaction : before.apply(call));
    }
  }

  /** Returns the messages that were sent to their final dot, in order of their end. */
  public List<SinkMessage> messages() {
    synchronized (lock) {
      return List.copyOf(messages);
    }
  }

  /** Returns the current state of all sessions so far, in order of acceptance. */
  public List<SinkSession> sessions() {
    synchronized (lock) {
      return dialogues.stream().map(SinkDialogue::snapshot).toList();
    }
  }

  /** Returns the current state of the session with this number, counted from 1. */
  public SinkSession session(int number) {
    return sessions().get(number - 1);
  }

  /**
   * Waits until at least {@code count} messages were sent to their final dot.
   *
   * @throws AssertionError if that does not happen within 20 seconds
   */
  public List<SinkMessage> awaitMessages(int count) throws InterruptedException {
    return await(this::messages, list -> list.size() >= count, count + " messages");
  }

  /**
   * Waits until the sink's sessions fulfil a condition.
   *
   * @param what names the condition in the error
   * @throws AssertionError if that does not happen within 20 seconds
   */
  public List<SinkSession> awaitSessions(String what, Predicate<List<SinkSession>> condition)
      throws InterruptedException {
    return await(this::sessions, condition, what);
  }

  private <T> T await(Supplier<T> state, Predicate<T> condition, String what)
      throws InterruptedException {
    long end = System.nanoTime() + LONGEST_WAIT.toNanos();
    synchronized (lock) {
      while (true) {
        T now = state.get();
        if (condition.test(now)) {
          return now;
        }
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          throw new AssertionError("no " + what + " within " + LONGEST_WAIT + ", but: " + now);
        }
        lock.wait(left);
      }
    }
  }

  Function<SinkCall, Reaction> reactionsTo(SinkEvent event) {
    synchronized (lock) {
      Function<SinkCall, Reaction> found = script.get(event);
      return found != null ? found : call -> Reaction.silence();
    }
  }

  void add(SinkMessage message) {
    synchronized (lock) {
      messages.add(message);
      lock.notifyAll();
    }
  }

  /** Wakes up threads that wait for a change of the sessions. */
  void changed() {
    synchronized (lock) {
      lock.notifyAll();
    }
  }

  CountDownLatch closing() {
    return closing;
  }

  private void acceptAll() {
    while (true) {
      try {
        SinkStream stream = connections.accept();
        SinkDialogue dialogue;
        synchronized (lock) {
          dialogue = new SinkDialogue(this, stream, dialogues.size() + 1);
          dialogues.add(dialogue);
          lock.notifyAll();
        }
        Thread.ofVirtual().name("smtp-sink-" + dialogue.number()).start(dialogue);
      } catch (IOException e) {
        return; // the server socket was closed
      }
    }
  }

  /** Stops listening and closes all connections; the port is free afterwards. */
  @Override
  public void close() throws IOException {
    closing.countDown();
    server.close();
    try {
      // Only when the thread has left accept does the system stop listening.
      acceptor.join(LONGEST_WAIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    synchronized (lock) {
      for (SinkDialogue dialogue : dialogues) {
        dialogue.cut();
      }
    }
  }
}
