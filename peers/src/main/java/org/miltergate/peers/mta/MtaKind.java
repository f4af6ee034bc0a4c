package org.miltergate.peers.mta;

import java.io.IOException;
import java.nio.file.Path;

/** The mail servers that a case can be run through. */
public enum MtaKind {
  POSTFIX {
    @Override
    public Mta start(Path folder, MtaSetup setup) throws IOException {
      return PostfixMta.start(folder, setup);
    }
  },
  GATEWAY {
    @Override
    public Mta start(Path folder, MtaSetup setup) throws IOException {
      return GatewayMta.start(folder, setup);
    }
  },
  /** As the other one, but that no answer of a milter is waited for within the content. */
  PIPELINING_GATEWAY {
    @Override
    public Mta start(Path folder, MtaSetup setup) throws IOException {
      return GatewayMta.start(folder, setup.pipelining());
    }
  };

  public abstract Mta start(Path folder, MtaSetup setup) throws IOException;
}
