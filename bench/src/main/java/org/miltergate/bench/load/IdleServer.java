package org.miltergate.bench.load;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.miltergate.bench.process.MailServer;
import org.miltergate.bench.process.ProcessMemory;
import org.miltergate.bench.process.SmtpdProcesses;
import org.miltergate.peers.process.Daemon;

/**
 * A server whose memory is measured while idle clients are connected.
 *
 * @param name as tables show it
 * @param start starts it
 * @param sessions how many clients connect
 */
public record IdleServer(String name, Start start, int sessions) {
  private static final int FIRST_SESSIONS = 50;
  private static final Duration SETTLE = Duration.ofSeconds(2);

  /** Starts a server that is to be measured. */
  @FunctionalInterface
  public interface Start {
    MailServer start() throws IOException;
  }

  /**
   * The result, in KiB.
   *
   * @param before without sessions, after some have ended
   * @param during with all sessions
   * @param collected the same, after Java has collected its garbage; as {@code during} for others
   */
  public record Footprint(ProcessMemory before, ProcessMemory during, ProcessMemory collected) {}

  /** Starts the server, connects the clients, and ends both. */
  public Footprint measure(Path folder) throws Exception {
    try (MailServer server = start.start()) {
      IdleClients.connect(server.smtp(), Math.min(sessions, FIRST_SESSIONS)).close();
      settle();
      ProcessMemory before = memory(server);
      IdleClients clients = IdleClients.connect(server.smtp(), sessions);
      try {
        settle();
        ProcessMemory during = memory(server);
        if (server instanceof SmtpdProcesses) {
          return new Footprint(before, during, during);
        }
        collect(folder, server.pid());
        settle();
        return new Footprint(before, during, memory(server));
      } finally {
        clients.close();
      }
    }
  }

  private static ProcessMemory memory(MailServer server) throws IOException {
    return server instanceof SmtpdProcesses postfix
        ? postfix.memory()
        : ProcessMemory.of(server.pid());
  }

  private static void collect(Path folder, long pid) throws IOException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Daemon.run(folder, List.of(jcmd.toString(), Long.toString(pid), "GC.run"));
  }

  private static void settle() throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(SETTLE.toNanos());
  }
}
