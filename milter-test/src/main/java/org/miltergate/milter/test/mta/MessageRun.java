package org.miltergate.milter.test.mta;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Applied;
import org.miltergate.milter.mail.Envelope;
import org.miltergate.milter.mail.HeaderField;
import org.miltergate.milter.mail.MailMessage;
import org.miltergate.milter.mail.MessageContent;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.milter.test.mta.StageAnswer.Handling;
import org.miltergate.milter.wire.ProtocolSteps.Step;
import org.miltergate.milter.wire.Reply;

/** Puts one whole message to a milter, from CONNECT if need be. */
final class MessageRun {
  private final MtaSession session;
  private final MtaSettings settings;
  private final List<StageAnswer> answers = new ArrayList<>();
  private final List<Recipient> refused = new ArrayList<>();

  /** The answer that decided, once there is one. */
  private Optional<StageAnswer> decision = Optional.empty();

  MessageRun(MtaSession session, MtaSettings settings) {
    this.session = session;
    this.settings = settings;
  }

  MessageResult play(TestMail mail) throws IOException {
    MailMessage message = mail.parse();
    if (!session.isConnected()) {
      greet(TestClient.DEFAULT);
    }
    answers.addAll(session.takeGreeting());
    decision = session.standing();
    if (decision.isEmpty()) {
      envelope(mail);
    }
    if (decision.isEmpty()) {
      content(message);
    }
    MessageResult result = result(message);
    end(result);
    return result;
  }

  private void greet(TestClient client) throws IOException {
    session.connect(client);
    session.helo(client.helo());
  }

  /** Keeps an answer; it decides if nothing more of the message is to be sent after it. */
  private void judge(StageAnswer answer) {
    answers.add(answer);
    boolean last = answer.stage() == Stage.EOM || !session.wants(Stage.EOM);
    if (decision.isEmpty() && answer.handling() == Handling.ANSWERED && last) {
      decision = Optional.of(answer);
    }
  }

  private void envelope(TestMail mail) throws IOException {
    judge(session.mail(mail.sender().path(), mail.sender().arguments(), mail.macros()));
    for (TestMail.Refused one : mail.refused()) {
      if (decision.isEmpty()) {
        answers.add(session.refusedRcpt(one));
      }
    }
    for (Recipient recipient : mail.recipients()) {
      if (decision.isEmpty()) {
        StageAnswer answer = session.rcpt(recipient.path(), recipient.arguments());
        judge(answer);
        if (answer.verdict().isRefusal()) {
          refused.add(recipient);
        }
      }
    }
    if (decision.isEmpty() && session.goodRecipients() == 0) {
      decision = Optional.of(answers.getLast()); // the client gives up
    }
    if (decision.isEmpty()) {
      judge(session.data());
    }
  }

  private void content(MailMessage message) throws IOException {
    new MessageContent(message.header(), message.separator(), message.body())
        .messageId()
        .ifPresent(session.facts()::messageId);
    boolean leadingSpace = session.agreed().steps().has(Step.LEADING_SPACE);
    for (HeaderField field : message.visibleFields()) {
      if (decision.isEmpty()) {
        Bytes value = leadingSpace ? field.milterValueWithLeadingSpace() : field.milterValue();
        judge(session.header(field.name(), value));
      }
    }
    if (decision.isEmpty()) {
      judge(needsEndOfHeaders(message) ? session.endOfHeadersAnyway() : session.endOfHeaders());
    }
    int size = session.chunkBytes();
    for (long at = 0; at < message.body().length() && decision.isEmpty(); ) {
      Bytes chunk = message.body().chunk(at, size);
      judge(session.body(chunk));
      at += chunk.length();
    }
    if (decision.isEmpty()) {
      judge(session.endOfMessage());
    }
  }

  /** libmilter does not take a body straight after DATA, which a message without fields has. */
  private boolean needsEndOfHeaders(MailMessage message) {
    return settings.dialect() == Dialect.MILTERGATE
        && message.visibleFields().isEmpty()
        && !Stage.EOH.isSent(session.agreed())
        && Stage.DATA.isSent(session.agreed())
        && Stage.HEADER.isSent(session.agreed());
  }

  private MessageResult result(MailMessage original) throws IOException {
    StageAnswer last = decision.orElseGet(() -> StageAnswer.without(Stage.EOM, Handling.PASSED_BY));
    Verdict verdict = last.verdict();
    boolean leadingSpace = session.agreed().steps().has(Step.LEADING_SPACE);
    List<Reply.Modification> edits = last.edits();
    MailMessage kept = withoutRefused(original);
    Applied applied =
        verdict == Verdict.ACCEPT
            ? new EditApplier(settings.dialect(), leadingSpace).apply(kept, edits)
            : new Applied(original, List.of());
    Optional<SmtpReply> reply = last.smtpReply();
    return new MessageResult(
        verdict,
        last.stage(),
        reply,
        edits,
        original,
        applied.message(),
        applied.ignored(),
        verdict == Verdict.ACCEPT ? refused : List.of(),
        answers,
        session.transcript());
  }

  private MailMessage withoutRefused(MailMessage message) {
    List<Recipient> left = new ArrayList<>(message.envelope().recipients());
    left.removeAll(refused);
    return new MailMessage(
        new Envelope(message.envelope().sender(), left),
        message.header(),
        message.separator(),
        message.body());
  }

  /** Tells the milter that the message is over, where the dialect does so. */
  private void end(MessageResult result) throws IOException {
    boolean whole = result.stage() == Stage.EOM;
    boolean begun = result.answers().stream().anyMatch(answer -> answer.stage() == Stage.MAIL);
    boolean gaveUp = result.stage() == Stage.RCPT && result.verdict() != Verdict.ACCEPT;
    boolean dropped = !whole && result.verdict() == Verdict.DISCARD;
    if (begun
        && !session.link().isClosed()
        && (settings.dialect().abortsAfterMessage() || gaveUp || dropped)) {
      session.abort();
    }
  }
}
