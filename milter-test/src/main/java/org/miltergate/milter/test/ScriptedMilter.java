package org.miltergate.milter.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.Reply;
import org.miltergate.net.Endpoint;

/**
 * A milter that follows a script over a real socket, to test an MTA with.
 *
 * <pre>{@code
 * try (ScriptedMilter milter = ScriptedMilter.script("""
 *     > CONNECT mail.example.org inet 192.0.2.1
 *     < CONTINUE
 *     > MAIL <a@example.org>
 *     < REPLYCODE 550 5.7.1 no
 *     """)) {
 *   // let the MTA under test talk to milter.address()
 *   milter.assertScriptFinished();
 * }
 * }</pre>
 *
 * <p><b>Lines.</b> {@code >} is what the MTA must send, {@code <} is what the milter then does;
 * {@code #} begins a comment. Text is UTF-8 with the usual escapes {@code \r \n \t \xNN} and {@code
 * \\}; a blank inside an address, an argument or a macro value is {@code \x20}.
 *
 * <p><b>From the MTA:</b> {@code OPTNEG version=6}, {@code CONNECT host inet 192.0.2.1} (also
 * {@code inet6}, {@code local}, {@code unknown}; {@code port=25} may follow), {@code HELO name},
 * {@code MAIL <a@x> SIZE=9}, {@code RCPT <b@x>}, {@code DATA}, {@code HEADER name|value}, {@code
 * EOH}, {@code BODY text}, {@code EOM}, {@code ABORT}, {@code QUIT}, {@code QUIT_NC}, {@code
 * UNKNOWN line}. A word alone matches any arguments; {@code ...} at the end of a line matches any
 * rest; {@code *} matches any command, which gets the default reply if no {@code <} follows. A line
 * of only {@code ...} matches any number of commands, until that of the next {@code >} line, and
 * gives default replies. {@code MACRO MAIL i=4fX} requires macros; without such lines they are only
 * recorded. Without an {@code OPTNEG} line the negotiation gets a default reply. ABORT and QUIT may
 * come after the last line.
 *
 * <p><b>From the milter:</b> {@code OPTNEG version=6 actions=0x1ff steps=0x0
 * macros.mail=i,{mail_addr}}, {@code CONTINUE ACCEPT REJECT TEMPFAIL DISCARD SKIP SHUTDOWN PROGRESS
 * CONN_FAIL}, {@code REPLYCODE 550 5.7.1 no}, {@code ADDHEADER name|value}, {@code INSHEADER 1
 * name|value}, {@code CHGHEADER 1 name|value}, {@code REPLBODY text}, {@code ADDRCPT <c@x>}, {@code
 * ADDRCPT_PAR <c@x> NOTIFY=NEVER}, {@code DELRCPT <b@x>}, {@code CHGFROM <d@x> RET=HDRS}, {@code
 * QUARANTINE reason}.
 *
 * <p><b>Faults:</b> {@code STALL} (continues to read, never replies), {@code DEAF} (does not even
 * read), {@code CLOSE}, {@code RESET}, {@code BYTES 00000000}, {@code PAUSE 50ms}, {@code SLOWLY
 * 1/50ms CONTINUE} (bytes per time), {@code HALF CONTINUE} (half a packet), {@code TWICE CONTINUE},
 * {@code REPEAT 1000 PROGRESS}, {@code FOREVER PROGRESS} (every 5 ms). Faults that end the
 * conversation must be last.
 *
 * <p>Connections may come one after another or at the same time. Thread-safe.
 */
public final class ScriptedMilter implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration LAST_WORDS = Duration.ofMillis(500);

  private final int wanted;
  private final IntFunction<Optional<Conduct>> conducts;
  private final ServerSocketChannel server;
  private final SocketAddress bound;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final List<Conversation> conversations = new ArrayList<>();
  private final List<Peer> peers = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  /**
   * Starts to listen.
   *
   * @param wanted the number of connections that must come
   * @param conducts returns the conduct of a connection, counted from 0; empty if it must not come
   */
  ScriptedMilter(int wanted, IntFunction<Optional<Conduct>> conducts, SocketAddress address)
      throws IOException {
    this.wanted = wanted;
    this.conducts = conducts;
    this.server = Sockets.listen(address);
    this.bound = server.getLocalAddress();
    threads.add(Thread.ofVirtual().name("scripted-milter-accept").start(this::accept));
  }

  /** Starts a milter on a TCP port that follows the same script on each connection. */
  public static ScriptedMilter script(String script) {
    return builder().script(script).start();
  }

  /** Starts a milter on a TCP port with one script for each connection, in order. */
  public static ScriptedMilter scripts(String... scripts) {
    return builder().scripts(scripts).start();
  }

  /** Starts a milter on a TCP port that replies by a function. */
  public static ScriptedMilter answering(Answers answers) {
    return builder().answers(answers).start();
  }

  /** Starts a milter on a TCP port that replies by a table, and "continue" to what is not in it. */
  public static ScriptedMilter answering(Map<Class<? extends Command>, List<Reply>> table) {
    Map<Class<? extends Command>, List<Reply>> copy = Map.copyOf(table);
    return answering(command -> copy.getOrDefault(command.getClass(), Answers.CONTINUE));
  }

  /** Returns a builder for a milter that replies "continue" to everything. */
  public static ScriptedMilterBuilder builder() {
    return new ScriptedMilterBuilder();
  }

  /** Returns the address it listens on. */
  public Endpoint address() {
    return Endpoint.of(bound);
  }

  /** Returns the conversations of all connections so far, in order of their arrival. */
  public List<Conversation> connections() {
    synchronized (conversations) {
      return List.copyOf(conversations);
    }
  }

  /** Returns the first connection's conversation; waits up to ten seconds for it. */
  public Conversation connection() {
    if (!await(PATIENCE, () -> !connections().isEmpty())) {
      throw new AssertionError("no connection came within " + PATIENCE);
    }
    return connections().get(0);
  }

  /** Writes the conversations on all connections. */
  public String transcript() {
    StringBuilder text = new StringBuilder();
    List<Conversation> all = connections();
    for (int i = 0; i < all.size(); i++) {
      text.append(String.format(Locale.ROOT, "# connection %d%n", i + 1))
          .append(all.get(i).transcript());
    }
    return text.toString();
  }

  /**
   * Waits until all required connections have come and ended.
   *
   * @return false if {@code limit} passed first
   */
  public boolean awaitFinished(Duration limit) {
    return await(limit, () -> allCame() && connections().stream().allMatch(Conversation::isOver));
  }

  /**
   * Checks that the MTA followed the script on each connection to its last line; waits up to ten
   * seconds for that.
   *
   * @throws AssertionError if it did not; the message shows what was expected, what came, and the
   *     whole conversation
   */
  public void assertScriptFinished() {
    if (await(
        PATIENCE, () -> allCame() && connections().stream().allMatch(Conversation::isSettled))) {
      // Surplus commands come now, if the MTA has not disconnected yet.
      awaitFinished(LAST_WORDS);
    }
    List<String> failures = new ArrayList<>();
    List<Conversation> all = connections();
    if (all.size() < wanted) {
      failures.add(
          String.format(Locale.ROOT, "%d connections came, %d were expected", all.size(), wanted));
    }
    for (int i = 0; i < all.size(); i++) {
      String where = String.format(Locale.ROOT, "connection %d, ", i + 1);
      all.get(i).failure().ifPresent(failure -> failures.add(where + failure));
      if (!all.get(i).isSettled()) {
        failures.add(where + "the script has not come to its end, and nothing more comes");
      }
    }
    if (!failures.isEmpty()) {
      throw new AssertionError(
          String.join("\n", failures) + "\n\nAll that was said:\n" + transcript());
    }
  }

  private boolean allCame() {
    return connections().size() >= wanted;
  }

  private boolean await(Duration limit, BooleanSupplier condition) {
    long began = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - began > limit.toNanos()) {
        return false;
      }
      LockSupport.parkNanos(1_000_000);
    }
    return true;
  }

  private void accept() {
    try {
      while (true) {
        begin(server.accept());
      }
    } catch (IOException e) {
      // Closed, which is the only way to stop a scripted milter.
      return;
    }
  }

  private void begin(SocketChannel channel) throws IOException {
    synchronized (conversations) {
      Conversation conversation = new Conversation();
      Optional<Conduct> conduct = conducts.apply(conversations.size());
      conversations.add(conversation);
      if (conduct.isEmpty() || closing.getCount() == 0) {
        conversation.failed("there is no script for this connection");
        conversation.over();
        channel.close();
        return;
      }
      Peer peer = new Peer(channel, conduct.get(), conversation, closing);
      peers.add(peer);
      threads.add(Thread.ofVirtual().name("scripted-milter").start(peer));
    }
  }

  /** Closes all sockets and waits for the threads to end. */
  @Override
  public void close() {
    closing.countDown();
    List<Thread> running;
    try {
      Sockets.close(server, bound);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      synchronized (conversations) {
        peers.forEach(Peer::close);
        running = List.copyOf(threads);
      }
    }
    for (Thread thread : running) {
      join(thread);
    }
  }

  private static void join(Thread thread) {
    try {
      if (!thread.join(PATIENCE)) {
        throw new IllegalStateException(thread + " does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
