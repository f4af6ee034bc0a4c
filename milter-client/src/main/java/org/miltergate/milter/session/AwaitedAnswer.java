package org.miltergate.milter.session;

import java.time.Duration;
import org.miltergate.milter.wire.Reply;
import org.miltergate.net.LocalFailureException;

/**
 * The answer to one command, from its writing to the verdict, and how long it may take.
 *
 * <p>Two limits: one for each packet, and one for all of them, so that progress reports for ever
 * are of no help. Both run from the writing of the command: when several milters are asked together
 * and then read in turn, a stage costs one limit and not their sum.
 */
final class AwaitedAnswer {
  /** Time to read what came in time while another milter was waited for. */
  private static final Duration LATE_READ = Duration.ofMillis(250);

  private final Stage stage;
  private final Duration limit;
  private final Duration limitInAll;
  private long asked;
  private long packetSince;

  /**
   * What is left for a packet that is read in parts; the time that this side takes between does not
   * count.
   */
  private Duration leftOfPacket = Duration.ZERO;

  AwaitedAnswer(Stage stage, Duration limit, Duration limitInAll) {
    this.stage = stage;
    this.limit = limit;
    this.limitInAll = limitInAll;
    begin();
  }

  /** Lets the time run from now on: the milter has answered what was before this. */
  final void begin() {
    asked = System.nanoTime();
    packetSince = asked;
  }

  Stage stage() {
    return stage;
  }

  /** Waits for the next packet of the answer. */
  Reply nextPacket(PacketStream packets) throws MilterException, LocalFailureException {
    long now = System.nanoTime();
    Duration left =
        packets.isInsidePacket()
            ? leftOfPacket
            : Limits.longer(limit.minusNanos(now - packetSince), Limits.shorter(limit, LATE_READ));
    Duration leftInAll = limitInAll.minusNanos(now - asked);
    boolean isLast = leftInAll.compareTo(left) < 0;
    try {
      if (!leftInAll.isPositive() || !left.isPositive()) {
        throw new MilterTimeoutException("time is over");
      }
      Reply reply = packets.read(isLast ? leftInAll : left, stage.toString());
      packetSince = System.nanoTime();
      leftOfPacket = left.minusNanos(packetSince - now);
      return reply;
    } catch (MilterTimeoutException e) {
      throw new MilterTimeoutException(
          isLast
              ? "no verdict on %s within %s, progress reports included"
                  .formatted(stage, Limits.text(limitInAll))
              : "no answer to %s within %s".formatted(stage, Limits.text(limit)),
          e);
    }
  }

  @Override
  public String toString() {
    return stage.toString();
  }
}
