package org.miltergate.gateway.relay.delivery;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.miltergate.gateway.relay.MessageRefusedException;
import org.miltergate.gateway.relay.NextHopException;
import org.miltergate.gateway.relay.OutboundMessage;
import org.miltergate.gateway.relay.Refusal;
import org.miltergate.milter.mail.Recipient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A leg of one message, with the recipients that go by it.
 *
 * <p>Not thread-safe; use from one thread at a time.
 */
final class Part {
  private static final Logger LOG = LoggerFactory.getLogger(Part.class);

  private final OutboundMessage message;
  private final Leg leg;
  private final List<Recipient> recipients;
  private final DeliveryReport.Line line;
  private boolean offered;
  private @Nullable List<Refusal> refusedForAll;

  Part(OutboundMessage message, Leg leg, List<Recipient> recipients, DeliveryReport report) {
    this.message = message;
    this.leg = leg;
    this.recipients = recipients;
    this.line = report.line(recipients);
  }

  DeliveryReport.Line line() {
    return line;
  }

  /** Returns whether each recipient is accepted or refused. */
  boolean isOffered() {
    return offered;
  }

  /** Returns whether the next hop takes the message for nobody. */
  boolean isRefused() {
    return refusedForAll != null;
  }

  List<? extends Handover> handovers() {
    return refusedForAll == null ? leg.handovers() : List.of();
  }

  List<Refusal> refused() {
    return refusedForAll == null ? leg.refused() : refusedForAll;
  }

  /** The next hop takes the message for nobody. */
  void refuseAll(MessageRefusedException e) {
    String text = String.valueOf(e.getMessage());
    offered = true;
    refusedForAll =
        recipients.stream().map(r -> new Refusal(r, line.relay(), e.reply(), text)).toList();
  }

  /**
   * Offers; once more on new connections if one has ended, see {@link Leg#startOver}.
   *
   * @param alone whether the message has no other part
   */
  void offer(boolean alone) throws IOException {
    OutboundMessage own = message.to(recipients);
    try {
      leg.offer(own, line, alone);
    } catch (NextHopException e) {
      if (!startsOver(e)) {
        throw e;
      }
      leg.offer(own, line, alone);
    }
    offered = true;
  }

  /**
   * Returns whether it can be tried again after a connection has ended, by 421 or silently, before
   * anything of the content was sent: an old connection may have reached its end, and another
   * server may be there.
   */
  boolean startsOver(NextHopException e) {
    if (!e.isConnectionGone() || !leg.startOver()) {
      return false;
    }
    offered = false;
    LOG.atInfo()
        .addKeyValue("queueId", message.queueId())
        .addKeyValue("cause", e.getMessage())
        .log("connection ended before the content, trying again");
    return true;
  }
}
