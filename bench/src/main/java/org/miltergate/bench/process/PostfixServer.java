package org.miltergate.bench.process;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.miltergate.peers.mta.Mta;
import org.miltergate.peers.mta.MtaKind;
import org.miltergate.peers.mta.MtaSetup;

/** Postfix; messages with a 250 are in its queue. */
public record PostfixServer(Mta postfix, long pid) implements MailServer {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  public static PostfixServer start(Path folder, int nextHopPort, List<Filter> filters)
      throws IOException {
    MtaSetup setup = MtaSetup.relayingTo(nextHopPort);
    for (Filter filter : filters) {
      setup = setup.milter(filter.address());
    }
    Mta postfix = MtaKind.POSTFIX.start(folder, setup);
    String master = Files.readString(folder.resolve("queue/pid/master.pid"));
    return new PostfixServer(postfix, Long.parseLong(master.strip()));
  }

  @Override
  public InetSocketAddress smtp() {
    return postfix.smtp();
  }

  @Override
  public void awaitIdle() throws IOException {
    postfix.awaitIdle(PATIENCE);
  }

  @Override
  public void close() {
    postfix.close();
  }
}
