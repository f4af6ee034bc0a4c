package org.miltergate.gateway.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.miltergate.gateway.relay.Delays;
import org.miltergate.gateway.relay.Delivery;
import org.miltergate.gateway.relay.DeliveryKind;
import org.miltergate.gateway.relay.DeliveryResult;
import org.miltergate.gateway.relay.MailParameters;
import org.miltergate.gateway.relay.NextHop;
import org.miltergate.gateway.relay.OutboundMessage;
import org.miltergate.gateway.relay.Progress;
import org.miltergate.gateway.relay.RecipientAnswer;
import org.miltergate.gateway.relay.RecipientResult;
import org.miltergate.gateway.relay.SenderNotice;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.SmtpReply;

/** A next hop that keeps what it gets, and answers as it was told to. */
public final class RecordingNextHop implements NextHop {
  /** A message that was handed over; {@code content} without the Received field. */
  public record Mail(OutboundMessage outbound, String received, String content, String identity) {
    public String sender() {
      return outbound.message().envelope().sender().path().toString();
    }

    public List<String> recipients() {
      return outbound.message().envelope().recipients().stream()
          .map(recipient -> recipient.path().toString())
          .toList();
    }
  }

  private final Queue<Mail> mails = new ConcurrentLinkedQueue<>();
  private volatile SmtpReply answer = SmtpReply.of(250, "2.0.0 Ok: taken");
  private volatile CountDownLatch gate = new CountDownLatch(0);
  private final CountDownLatch asked = new CountDownLatch(1);

  public List<Mail> mails() {
    return List.copyOf(mails);
  }

  public Mail onlyMail() {
    if (mails.size() != 1) {
      throw new AssertionError("wanted one mail, got " + mails);
    }
    return mails.element();
  }

  public void answer(SmtpReply reply) {
    answer = reply;
  }

  /** Lets deliveries wait until the gate is opened. */
  public void waitFor(CountDownLatch opened) {
    gate = opened;
  }

  /** Is down to zero as soon as a delivery has begun. */
  public CountDownLatch asked() {
    return asked;
  }

  @Override
  public Delivery begin(MailParameters mail, DeliveryKind kind) {
    return new RecordingDelivery();
  }

  private final class RecordingDelivery implements Delivery {
    private @Nullable OutboundMessage message;

    @Override
    public RecipientAnswer offer(Recipient recipient) {
      return new RecipientAnswer.Taken();
    }

    @Override
    public Progress content(OutboundMessage content) {
      message = content;
      return new Progress.Refused(List.of());
    }

    @Override
    public Progress commit(SenderNotice told) {
      return new Progress.Ended(take(Objects.requireNonNull(message)));
    }

    @Override
    public DeliveryResult settle(SenderNotice told) {
      throw new IllegalStateException("nothing is left open");
    }

    @Override
    public DeliveryResult drop(SmtpReply reply, String cause) {
      return new DeliveryResult.Unavailable(reply, cause, List.of());
    }

    @Override
    public void close() {}
  }

  private DeliveryResult take(OutboundMessage message) {
    asked.countDown();
    try {
      gate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new DeliveryResult.Unavailable(
          SmtpReply.of(451, "4.3.0 interrupted"), "interrupted", List.of());
    }
    mails.add(
        new Mail(
            message,
            message.received().toString(),
            content(message),
            message.identity().get().map(Bytes::toString).orElse("")));
    RecipientResult.Status status =
        answer.isPositive()
            ? RecipientResult.Status.SENT
            : answer.isTransientFailure()
                ? RecipientResult.Status.DEFERRED
                : RecipientResult.Status.BOUNCED;
    List<RecipientResult> results =
        message.message().envelope().recipients().stream()
            .map(to ->
                new RecipientResult(
                    to, "sink[127.0.0.1]:25", Delays.NONE, status, "2.0.0", answer.toString()))
            .toList();
    return answer.isPositive()
        ? new DeliveryResult.Delivered(answer, results)
        : new DeliveryResult.Refused(answer, results);
  }

  private static String content(OutboundMessage message) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      message.message().writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() {}
}
