package org.miltergate.it.mta;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.miltergate.it.postfix.Postfix;

/** The mail servers that a case can be run through. */
public enum MtaKind {
  POSTFIX {
    @Override
    public Mta start(Path folder, MtaSetup setup) throws IOException {
      List<String> milters =
          setup.milters().stream()
              .map(milter ->
                  "{ %s, default_action=%s }".formatted(milter.address(), milter.defaultAction()))
              .toList();
      return new PostfixMta(
          Postfix.relayingTo(setup.nextHopPort())
              .listener(PostfixMta.LISTENER, milters, Map.of())
              .start(folder));
    }
  };

  public abstract Mta start(Path folder, MtaSetup setup) throws IOException;

  private record PostfixMta(Postfix postfix) implements Mta {
    static final String LISTENER = "smtp";

    @Override
    public InetSocketAddress smtp() {
      return postfix.smtp(LISTENER);
    }

    @Override
    public int held() throws IOException {
      return postfix.held().size();
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
}
