package org.miltergate.bench.process;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.miltergate.peers.postfix.Postfix;

/** A Postfix that may run a process for each of many sessions. */
public record SmtpdProcesses(Postfix postfix, long pid) implements MailServer {
  private static final String LISTENER = "smtp";

  public static SmtpdProcesses start(Path folder, int nextHopPort, List<Filter> filters, int most)
      throws IOException {
    Postfix postfix =
        Postfix.relayingTo(nextHopPort)
            .set("default_process_limit", Integer.toString(most))
            .listener(
                LISTENER, filters.stream().map(one -> one.address().toString()).toList(), Map.of())
            .start(folder);
    String master = Files.readString(folder.resolve("queue/pid/master.pid"));
    return new SmtpdProcesses(postfix, Long.parseLong(master.strip()));
  }

  @Override
  public InetSocketAddress smtp() {
    return postfix.smtp(LISTENER);
  }

  /** Returns the memory of all of them. */
  public ProcessMemory memory() throws IOException {
    return ProcessMemory.ofChildren(pid, "smtpd");
  }

  @Override
  public void close() {
    postfix.close();
  }
}
