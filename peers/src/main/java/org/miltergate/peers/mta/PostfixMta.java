package org.miltergate.peers.mta;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.miltergate.peers.postfix.Postfix;

/** Postfix with one listener. */
record PostfixMta(Postfix postfix) implements Mta {
  private static final String LISTENER = "smtp";

  static PostfixMta start(Path folder, MtaSetup setup) throws IOException {
    List<String> milters = setup.milters().stream().map(PostfixMta::milter).toList();
    return new PostfixMta(
        Postfix.relayingTo(setup.nextHopPort())
            .listener(LISTENER, milters, Map.of())
            .start(folder));
  }

  private static String milter(MtaSetup.MilterSetup milter) {
    long seconds = milter.timeout().toSeconds();
    return "{ %s, default_action=%s, connect_timeout=%ds, command_timeout=%ds, content_timeout=%ds }"
        .formatted(
            milter.address(),
            milter.onFailure().name().toLowerCase(Locale.ROOT),
            seconds,
            seconds,
            seconds);
  }

  @Override
  public InetSocketAddress smtp() {
    return postfix.smtp(LISTENER);
  }

  @Override
  public void awaitIdle(Duration limit) throws IOException {
    postfix.awaitEmptyQueue(limit);
  }

  @Override
  public int held() throws IOException {
    return postfix.held();
  }

  @Override
  public String log() {
    return postfix.log();
  }

  @Override
  public void close() {
    postfix.close();
  }
}
