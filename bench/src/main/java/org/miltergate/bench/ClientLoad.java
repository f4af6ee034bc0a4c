package org.miltergate.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.chain.ChainSession;
import org.miltergate.milter.chain.ContentResult;
import org.miltergate.milter.chain.MilterChain;
import org.miltergate.milter.chain.Verdict;
import org.miltergate.milter.mail.BodyStore;
import org.miltergate.milter.mail.MailMessage;
import org.miltergate.milter.session.Macros;
import org.miltergate.milter.session.MilterClient;
import org.miltergate.milter.wire.ClientAddress;

/**
 * Puts messages through a chain of one milter, from many sessions at once.
 *
 * @param sessions at the same time, each on a virtual thread
 * @param messages of each session, one after another
 */
record ClientLoad(MilterClient client, MailMessage message, int sessions, int messages) {
  private static final Bytes NAME = Bytes.ofLatin1("client.example");
  private static final ClientAddress CLIENT =
      new ClientAddress(ClientAddress.Family.INET4, 40_000, Bytes.ofLatin1("192.0.2.1"));
  private static final Duration WARM_UP = Duration.ofSeconds(1);

  /** Returns the messages per second, after a second of warming up. */
  double run(Duration length) throws Exception {
    MilterChain chain = chain();
    LongAdder done = new LongAdder();
    AtomicBoolean stopped = new AtomicBoolean();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < sessions; i++) {
        all.add(
            threads.submit(() -> {
              while (!stopped.get()) {
                session(chain, done);
              }
              return null;
            }));
      }
      TimeUnit.NANOSECONDS.sleep(WARM_UP.toNanos());
      long before = done.sum();
      long begin = System.nanoTime();
      TimeUnit.NANOSECONDS.sleep(length.toNanos());
      double rate = (done.sum() - before) * 1e9 / (System.nanoTime() - begin);
      stopped.set(true);
      for (Future<?> one : all) {
        one.get();
      }
      return rate;
    }
  }

  MilterChain chain() {
    return MilterChain.builder(new BodyStore(Path.of("."), 1 << 20)).add(client).build();
  }

  /** Sends the messages of one session. */
  void session(MilterChain chain, LongAdder done) throws IOException {
    Macros macros = new Macros();
    macros.set("j", "mx.example.org");
    macros.set("{daemon_name}", "mx.example.org");
    macros.set("{client_addr}", "192.0.2.1");
    macros.set("v", "Miltergate");
    try (ChainSession session = chain.open(macros)) {
      require(session.connect(NAME, CLIENT));
      require(session.helo(NAME));
      for (int i = 0; i < messages; i++) {
        macros.set("i", "4fXyZ1");
        macros.set("{mail_addr}", "alice@client.example");
        require(session.mail(Mail.SENDER));
        macros.set("{rcpt_addr}", "bob@example.org");
        require(session.rcpt(Mail.RECIPIENT));
        require(session.data());
        ContentResult result = session.content(message);
        require(result.verdict());
        done.increment();
      }
    }
  }

  private static void require(Verdict verdict) {
    if (!verdict.passes()) {
      throw new IllegalStateException("the milter said " + verdict);
    }
  }
}
