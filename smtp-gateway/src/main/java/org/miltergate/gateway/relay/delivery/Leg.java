package org.miltergate.gateway.relay.delivery;

import java.io.IOException;
import java.util.List;
import org.miltergate.gateway.relay.MessageRefusedException;
import org.miltergate.gateway.relay.NextHopException;
import org.miltergate.gateway.relay.OutboundMessage;
import org.miltergate.gateway.relay.RecipientAnswer;
import org.miltergate.gateway.relay.Refusal;
import org.miltergate.milter.mail.Recipient;

/**
 * The part of one message's delivery that goes by one next hop. It tells facts; what follows from
 * them for the message is decided by {@link MessageDelivery}.
 *
 * <p>Not thread-safe; use from one thread at a time.
 */
public interface Leg extends AutoCloseable {

  /** Asks about one recipient, before there is content; every failure is an answer. */
  RecipientAnswer offer(Recipient recipient);

  /**
   * Offers all recipients that get the message by this leg. Afterwards each of them is in {@link
   * #handovers} or in {@link #refused}.
   *
   * @param message with these recipients only
   * @param line where the connections in use are noted
   * @param alone whether the whole message goes by this leg, so that the content may be announced
   *     together with the last recipient
   * @throws NextHopException if the next hop cannot be asked
   * @throws MessageRefusedException if it takes the message for nobody
   * @throws IOException if the message cannot be read
   */
  void offer(OutboundMessage message, DeliveryReport.Line line, boolean alone) throws IOException;

  /**
   * Gives up what was begun, so that {@link #offer(OutboundMessage, DeliveryReport.Line, boolean)}
   * can be called once more, after a connection has ended.
   *
   * @return false if there is no hope in that, or it was done before
   */
  boolean startOver();

  /** Returns what is to be handed over, each with at least one recipient. */
  List<? extends Handover> handovers();

  /** Returns the recipients that were refused. */
  List<Refusal> refused();

  /** Gives up what is not finished, and gives connections back. */
  @Override
  void close();
}
