package org.miltergate.gateway.relay.maildir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.miltergate.gateway.relay.CommitResult;
import org.miltergate.gateway.relay.OutboundMessage;
import org.miltergate.gateway.relay.RecipientAnswer;
import org.miltergate.gateway.relay.Refusal;
import org.miltergate.gateway.relay.delivery.DeliveryReport;
import org.miltergate.gateway.relay.delivery.Handover;
import org.miltergate.gateway.relay.delivery.Leg;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.SmtpReply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A message on its way into a Maildir: a file in {@code tmp} until it is committed.
 *
 * <p>Not thread-safe; use from one thread at a time.
 */
final class MaildirLeg implements Leg, Handover {
  private static final Logger LOG = LoggerFactory.getLogger(MaildirLeg.class);
  private static final SmtpReply OK = SmtpReply.of(250, "2.0.0 Ok");

  private final MaildirNextHop maildir;
  private @Nullable OutboundMessage message;
  private @Nullable Path written;

  MaildirLeg(MaildirNextHop maildir) {
    this.maildir = maildir;
  }

  @Override
  public RecipientAnswer offer(Recipient recipient) {
    return new RecipientAnswer.Taken();
  }

  @Override
  public void offer(OutboundMessage offered, DeliveryReport.Line line, boolean alone) {
    line.connected(MaildirNextHop.NAME, System.nanoTime());
    message = offered;
  }

  @Override
  public boolean startOver() {
    return false;
  }

  @Override
  public List<? extends Handover> handovers() {
    return message == null ? List.of() : List.of(this);
  }

  @Override
  public List<Refusal> refused() {
    return List.of();
  }

  @Override
  public List<Recipient> recipients() {
    return message == null ? List.of() : message.message().envelope().recipients();
  }

  @Override
  public void content(Ending ending) throws IOException {
    if (message != null) {
      written = maildir.write(message);
    }
  }

  @Override
  public CommitResult commit() throws IOException {
    CommitResult result = new CommitResult();
    Path file = written;
    if (file != null) {
      written = null;
      maildir.move(file);
      recipients().forEach(to -> result.taken(to, OK, "delivered to maildir"));
    }
    return result;
  }

  @Override
  public boolean refusesEachRecipient() {
    return false;
  }

  @Override
  public void close() {
    Path file = written;
    written = null;
    if (file != null) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        LOG.atWarn()
            .addKeyValue("file", file)
            .setCause(e)
            .log("message that was given up is left in maildir");
      }
    }
  }
}
