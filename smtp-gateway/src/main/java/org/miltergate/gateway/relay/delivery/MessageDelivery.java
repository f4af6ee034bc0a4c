package org.miltergate.gateway.relay.delivery;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.miltergate.gateway.relay.Afterwards;
import org.miltergate.gateway.relay.Delivery;
import org.miltergate.gateway.relay.DeliveryKind;
import org.miltergate.gateway.relay.DeliveryResult;
import org.miltergate.gateway.relay.MailParameters;
import org.miltergate.gateway.relay.OutboundMessage;
import org.miltergate.gateway.relay.Progress;
import org.miltergate.gateway.relay.RecipientAnswer;
import org.miltergate.gateway.relay.SenderNotice;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.SmtpReply;

/**
 * Delivers one message over as many legs as its recipients have next hops: to all recipients; to
 * none; or to those who are not refused permanently, if the sender is told about the others.
 *
 * <p>Handovers of all legs go step by step together: no content is announced before every recipient
 * is accepted or refused, nothing is committed before each has the whole content. What is refused
 * up to there is known while nobody has the message yet. Only then do the commits follow, one after
 * another.
 *
 * <p>What can still fail is a commit: after another, after the sender was told, or for one of the
 * recipients that LMTP has a reply for each. If it is final, the sender is told; if not, the client
 * is told to try again, and the {@link DeliveredLedger} keeps those who have the message from
 * getting it twice, and the sender from being told twice. Where no notice can be given, as the next
 * hop takes no mail for the sender, the reply to the client says who has the message and who has
 * not.
 *
 * <p>Not thread-safe; use from one thread at a time.
 */
public final class MessageDelivery implements Delivery {
  private final MailParameters mail;
  private final DeliveryKind kind;
  private final Function<Recipient, Carrier> choice;
  private final DeliveredLedger ledger;
  private final Map<Carrier, Leg> legs = new LinkedHashMap<>();
  private @Nullable MessageRun run;

  /**
   * @param choice by which next hop a recipient gets the message; the same each time
   */
  public MessageDelivery(
      MailParameters mail,
      DeliveryKind kind,
      Function<Recipient, Carrier> choice,
      DeliveredLedger ledger) {
    this.mail = mail;
    this.kind = kind;
    this.choice = choice;
    this.ledger = ledger;
  }

  private Leg leg(Recipient recipient) {
    return legs.computeIfAbsent(choice.apply(recipient), carrier -> carrier.leg(mail, kind));
  }

  @Override
  public RecipientAnswer offer(Recipient recipient) {
    return leg(recipient).offer(recipient);
  }

  @Override
  public Progress content(OutboundMessage message) {
    if (run != null) {
      throw new IllegalStateException("content was handed over before");
    }
    run = new MessageRun(message, this::leg, ledger.notes(message));
    return unlessEnded(run.content());
  }

  private MessageRun run() {
    return Objects.requireNonNull(run, "content was not handed over");
  }

  @Override
  public Progress commit(SenderNotice told) {
    if (told == SenderNotice.IMPOSSIBLE) {
      throw new IllegalArgumentException("sender has to be told before a commit");
    }
    return unlessEnded(run().commit(told));
  }

  @Override
  public DeliveryResult settle(SenderNotice told) {
    return ended(run().settle(told));
  }

  @Override
  public DeliveryResult drop(SmtpReply reply, String cause) {
    return ended(run().drop(reply, cause));
  }

  private Progress unlessEnded(Progress progress) {
    if (progress instanceof Progress.Ended(DeliveryResult result)) {
      ended(result);
    }
    return progress;
  }

  private DeliveryResult ended(DeliveryResult result) {
    close();
    return result;
  }

  @Override
  public void close() {
    legs.values()
        .forEach(leg -> Afterwards.run("connections to the next hop are given back", leg::close));
    legs.clear();
    if (run != null) {
      Afterwards.run("notes on deliveries are closed", run::close);
    }
  }
}
