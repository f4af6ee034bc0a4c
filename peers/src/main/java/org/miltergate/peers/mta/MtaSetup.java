package org.miltergate.peers.mta;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.miltergate.milter.chain.PreData;
import org.miltergate.milter.session.FailurePolicy;
import org.miltergate.net.Endpoint;

/**
 * What a mail server is started with.
 *
 * @param nextHopPort port of 127.0.0.1 that accepts messages that pass
 * @param milters in the order of the chain
 * @param preData how the gateway asks before DATA; Postfix always asks one after another
 * @param pipeline whether the gateway waits for no answer within the content; Postfix always does
 */
public record MtaSetup(
    int nextHopPort, List<MilterSetup> milters, PreData preData, boolean pipeline) {
  private static final Duration USUAL_TIMEOUT = Duration.ofSeconds(30);

  public MtaSetup {
    milters = List.copyOf(milters);
  }

  /**
   * One milter of the chain.
   *
   * @param timeout for the connection, for each answer, and for the whole end of message; whole
   *     seconds for Postfix
   */
  public record MilterSetup(Endpoint address, FailurePolicy onFailure, Duration timeout) {}

  /** Begins with no milters. */
  public static MtaSetup relayingTo(int nextHopPort) {
    return new MtaSetup(nextHopPort, List.of(), PreData.TOGETHER, false);
  }

  /** Adds a milter at the end of the chain, which counts as tempfail when it fails. */
  public MtaSetup milter(Endpoint address) {
    return milter(address, FailurePolicy.TEMPFAIL);
  }

  public MtaSetup milter(Endpoint address, FailurePolicy onFailure) {
    return milter(new MilterSetup(address, onFailure, USUAL_TIMEOUT));
  }

  public MtaSetup milter(MilterSetup milter) {
    List<MilterSetup> more = new ArrayList<>(milters);
    more.add(milter);
    return new MtaSetup(nextHopPort, more, preData, pipeline);
  }

  /** Asks the milters one after another before DATA. */
  public MtaSetup serial() {
    return new MtaSetup(nextHopPort, milters, PreData.SERIAL, pipeline);
  }

  /** Writes the content to the milters without waiting for each answer. */
  public MtaSetup pipelining() {
    return new MtaSetup(nextHopPort, milters, preData, true);
  }
}
