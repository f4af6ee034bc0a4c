package org.miltergate.gateway.relay;

import org.miltergate.milter.mail.Recipient;

/**
 * One message on its way in, whose recipients are offered to the next hop before the client gets
 * its replies to them.
 *
 * <p>Holds at most one connection to the next hop, and none for longer than some time without a
 * call: then it is closed, and another is used when there is need for one.
 *
 * <p>Confined to one thread at a time.
 */
public interface RecipientCheck extends AutoCloseable {

  /** Makes a check that asks nobody. */
  static RecipientCheck none(NextHop nextHop) {
    return new RecipientCheck() {
      @Override
      public RecipientAnswer offer(Recipient recipient) {
        return new RecipientAnswer.Taken();
      }

      @Override
      public DeliveryResult deliver(OutboundMessage message) {
        return nextHop.deliver(message);
      }

      @Override
      public void close() {}
    };
  }

  /**
   * Asks the next hop whether it takes mail for a recipient. Blocks, each step within its limit and
   * all within two minutes; every failure is an answer.
   */
  RecipientAnswer offer(Recipient recipient);

  /**
   * Delivers as {@link NextHop#deliver}; in the transaction that was begun by {@link #offer}, if
   * the message has the same sender, all the recipients that were taken in it, and the same
   * arguments of both. To be called once at most; afterwards only {@link #close} is of use.
   */
  DeliveryResult deliver(OutboundMessage message);

  /** Gives up what is not finished, and gives the connection back. */
  @Override
  void close();
}
