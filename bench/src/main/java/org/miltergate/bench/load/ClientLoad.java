package org.miltergate.bench.load;

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
import org.miltergate.milter.body.BodyStore;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.chain.ChainDialogue;
import org.miltergate.milter.chain.ChainListener;
import org.miltergate.milter.chain.ContentResult;
import org.miltergate.milter.chain.MilterChain;
import org.miltergate.milter.chain.Verdict;
import org.miltergate.milter.mail.MailMessage;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.session.Macros;
import org.miltergate.milter.session.MilterClient;
import org.miltergate.milter.wire.ClientAddress;

/**
 * Puts messages through a chain of milters, from many sessions at once.
 *
 * @param milters of the chain, in order
 * @param message for the recipients of its envelope
 * @param sessions at the same time, each on a virtual thread
 * @param messages of each session, one after another
 */
public record ClientLoad(
    List<MilterClient> milters, MailMessage message, int sessions, int messages) {
  public static final Bytes NAME = Bytes.ofLatin1("client.example");
  public static final ClientAddress CLIENT =
      new ClientAddress(ClientAddress.Family.INET4, 40_000, Bytes.ofLatin1("192.0.2.1"));
  private static final Duration WARM_UP = Duration.ofSeconds(1);

  public ClientLoad {
    milters = List.copyOf(milters);
  }

  public ClientLoad(MilterClient milter, MailMessage message, int sessions, int messages) {
    this(List.of(milter), message, sessions, messages);
  }

  /** Returns the messages per second, after a second of warming up. */
  public double run(Duration length) throws Exception {
    return run(chain(ChainListener.NONE), WARM_UP, length);
  }

  /** Returns the messages per second through a {@linkplain #chain chain} with these settings. */
  public double run(MilterChain chain, Duration warmUp, Duration length) throws Exception {
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
      double rate;
      try {
        TimeUnit.NANOSECONDS.sleep(warmUp.toNanos());
        long before = done.sum();
        long begin = System.nanoTime();
        TimeUnit.NANOSECONDS.sleep(length.toNanos());
        rate = (done.sum() - before) * 1e9 / (System.nanoTime() - begin);
      } finally {
        stopped.set(true);
      }
      for (Future<?> one : all) {
        one.get();
      }
      return rate;
    }
  }

  public MilterChain chain(ChainListener listener) {
    var chain = MilterChain.builder(new BodyStore(Path.of("."), 1 << 20)).listener(listener);
    milters.forEach(chain::add);
    return chain.build();
  }

  /** Sends the messages of one session. */
  void session(MilterChain chain, LongAdder done) throws IOException {
    Macros macros = new Macros();
    macros.set("j", "mx.example.org");
    macros.set("{daemon_name}", "mx.example.org");
    macros.set("{client_addr}", "192.0.2.1");
    macros.set("v", "Miltergate");
    try (ChainDialogue session = chain.openDialogue(macros)) {
      require(session.connect(NAME, CLIENT));
      require(session.helo(NAME));
      for (int i = 0; i < messages; i++) {
        macros.set("i", "4fXyZ1");
        macros.set("{mail_addr}", "alice@client.example");
        require(session.mail(Mail.SENDER));
        macros.set("{rcpt_addr}", "bob@example.org");
        for (Recipient recipient : message.envelope().recipients()) {
          require(session.rcpt(recipient));
        }
        require(session.data());
        ContentResult result = session.content(message);
        require(result.verdict());
        done.increment();
      }
    }
  }

  public static void require(Verdict verdict) {
    if (!verdict.passes()) {
      throw new IllegalStateException("the milter said " + verdict);
    }
  }
}
