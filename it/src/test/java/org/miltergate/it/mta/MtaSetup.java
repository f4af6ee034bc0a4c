package org.miltergate.it.mta;

import java.util.ArrayList;
import java.util.List;

/**
 * What a mail server is started with.
 *
 * @param nextHopPort port of 127.0.0.1 that takes what passes
 * @param milters in the order of the chain
 */
public record MtaSetup(int nextHopPort, List<MilterSetup> milters) {
  public MtaSetup {
    milters = List.copyOf(milters);
  }

  /**
   * One milter of the chain.
   *
   * @param address in Postfix's notation
   * @param defaultAction accept, reject, tempfail, quarantine or shutdown
   */
  public record MilterSetup(String address, String defaultAction) {}

  /** Begins with no milters. */
  public static MtaSetup relayingTo(int nextHopPort) {
    return new MtaSetup(nextHopPort, List.of());
  }

  /** Adds a milter at the end of the chain, with default action tempfail. */
  public MtaSetup milter(String address) {
    return milter(address, "tempfail");
  }

  public MtaSetup milter(String address, String defaultAction) {
    List<MilterSetup> more = new ArrayList<>(milters);
    more.add(new MilterSetup(address, defaultAction));
    return new MtaSetup(nextHopPort, more);
  }
}
