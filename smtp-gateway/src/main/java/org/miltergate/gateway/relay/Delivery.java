package org.miltergate.gateway.relay;

import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.SmtpReply;

/**
 * One message on its way to a next hop, in two phases: first everything up to the point where the
 * next hop would become answerable for it, then the commit. In between, the sender is told of
 * recipients that were refused, and whoever waits for the message may still change his mind.
 *
 * <ol>
 *   <li>{@link #offer} asks about recipients as they come; it may be left out.
 *   <li>{@link #content} hands over envelope and content. Nobody has the message afterwards.
 *   <li>{@link #commit} makes the next hop answerable, or {@link #drop} gives up.
 *   <li>{@link #settle} ends what the commit left open, if it did.
 *   <li>{@link #close} always.
 * </ol>
 *
 * <p>Each step blocks, with limits of its own, and turns every failure of a peer or a disk into its
 * result; only misuse is an exception. Nothing here closes or changes the message, which has to
 * stay open up to the end.
 *
 * <p>By SMTP, {@code content} goes up to where only the final dot is missing, and {@code commit}
 * sends the dot and reads its reply. In a Maildir, {@code content} writes a file in {@code tmp},
 * and {@code commit} moves it to {@code new}. A durable queue would store in {@code content},
 * refusing nobody; its {@code commit} would sync and return that all recipients are taken, and
 * {@code drop} would remove what was stored.
 *
 * <p>Not thread-safe; use from one thread at a time.
 */
public interface Delivery extends AutoCloseable {

  /**
   * Asks whether a recipient is taken. Blocks for two minutes at most. Holds at most one connection
   * afterwards, and that not for longer than some time without a call: then it is closed, and
   * another is used when there is need for one.
   */
  RecipientAnswer offer(Recipient recipient);

  /**
   * First phase. Recipients that were not offered before are now. What {@link #offer} has begun is
   * used if the message has the same sender, all the recipients that were taken, and the same
   * arguments of both. To be called once.
   *
   * @return {@link Progress.Refused}: {@link #commit} or {@link #drop} is to follow; {@link
   *     Progress.Ended}: nobody gets the message now
   */
  Progress content(OutboundMessage message);

  /**
   * Second phase: makes the next hop answerable for the message to all who are not refused.
   *
   * @param told how the sender was told of those that {@link #content} returned; not {@link
   *     SenderNotice#IMPOSSIBLE}, which is a reason to {@link #drop}
   * @return {@link Progress.Refused}, with at least one: others have the message, and {@link
   *     #settle} is to follow; {@link Progress.Ended} otherwise
   */
  Progress commit(SenderNotice told);

  /**
   * Ends a delivery whose commit was refused for some recipients.
   *
   * @param told how the sender was told of those that {@link #commit} returned
   */
  DeliveryResult settle(SenderNotice told);

  /**
   * Gives up instead of {@link #commit}; nobody gets the message now.
   *
   * @param reply for the client: 4xx
   * @param cause for the log
   */
  DeliveryResult drop(SmtpReply reply, String cause);

  /** Gives up what is not finished, and gives connections back. */
  @Override
  void close();
}
