package org.miltergate.gateway.relay;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.SmtpReply;

/**
 * What became of the recipients of one commit. By SMTP it is what the next hop said after the final
 * dot: one reply for all recipients, or in LMTP one for each, of which some may be missing.
 *
 * <p>Not thread-safe; use from one thread at a time.
 */
public final class CommitResult {
  /**
   * How a recipient was taken.
   *
   * @param text for the log
   */
  public record Taken(SmtpReply reply, String text) {}

  private final Map<Recipient, Taken> taken = new LinkedHashMap<>();
  private final List<Refusal> refused = new ArrayList<>();
  private @Nullable NextHopException failure;

  public void taken(Recipient recipient, SmtpReply reply) {
    taken(recipient, reply, reply.toString());
  }

  /**
   * Records that the next hop took the message for a recipient.
   *
   * @param text for the log
   */
  public void taken(Recipient recipient, SmtpReply reply, String text) {
    taken.put(recipient, new Taken(reply, text));
  }

  public void refused(Refusal refusal) {
    refused.add(refusal);
  }

  /** Notes that it is not known what became of the recipients that no reply came for. */
  public void failed(NextHopException cause) {
    failure = cause;
  }

  /** Returns the recipients that have the message now, in order, with their replies. */
  public Map<Recipient, Taken> taken() {
    return taken;
  }

  public List<Refusal> refused() {
    return refused;
  }

  public Optional<NextHopException> failure() {
    return Optional.ofNullable(failure);
  }

  /** Returns whether all recipients have the message. */
  public boolean isComplete() {
    return refused.isEmpty() && failure == null;
  }

  /** Returns whether another try may reach those who have not got the message. */
  public boolean mayChange() {
    return failure != null || refused.stream().anyMatch(r -> r.reply().isTransientFailure());
  }
}
