package org.miltergate.gateway.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.miltergate.gateway.relay.Delays;
import org.miltergate.gateway.relay.DeliveryResult;
import org.miltergate.gateway.relay.NextHop;
import org.miltergate.gateway.relay.OutboundMessage;
import org.miltergate.gateway.relay.RecipientResult;
import org.miltergate.milter.bytes.Bytes;
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
  public DeliveryResult deliver(OutboundMessage message) {
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
