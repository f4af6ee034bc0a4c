package org.miltergate.gateway.smtp.command;

import java.util.Optional;
import org.miltergate.config.limits.LimitsConfig;
import org.miltergate.config.policy.AddressSyntax;
import org.miltergate.gateway.intake.MessageRouter;
import org.miltergate.gateway.relay.RecipientAnswer;
import org.miltergate.gateway.smtp.session.Answer;
import org.miltergate.gateway.smtp.session.SessionScope;
import org.miltergate.gateway.smtp.session.Transaction;
import org.miltergate.gateway.smtp.syntax.EnvelopeRules;
import org.miltergate.gateway.smtp.syntax.MailArguments;
import org.miltergate.gateway.smtp.syntax.MailPath;
import org.miltergate.gateway.smtp.syntax.PathParser;
import org.miltergate.gateway.smtp.syntax.Printable;
import org.miltergate.gateway.smtp.syntax.RcptArguments;
import org.miltergate.gateway.smtp.syntax.SyntaxException;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.chain.Verdict;
import org.miltergate.milter.mail.SmtpReply;

/** MAIL, RCPT, VRFY and RSET. Not thread-safe; used by the session's thread. */
final class EnvelopeCommands {
  private final SessionScope scope;

  EnvelopeCommands(SessionScope scope) {
    this.scope = scope;
  }

  Answer mail(Bytes argument) {
    Optional<Verdict.Refuse> refusal = scope.state().refusal();
    if (refusal.isPresent()) {
      return scope.refuse("MAIL", refusal.get(), Optional.empty());
    }
    if (scope.state().transaction().isPresent()) {
      return Answer.of(503, "5.5.1 Error: nested MAIL command");
    }
    if (scope.state().chunks().isPresent()) {
      return Answer.of(503, "5.5.1 Error: MAIL after BDAT");
    }
    Optional<Answer> tooMuch = scope.rates().message();
    if (tooMuch.isPresent()) {
      return tooMuch.get();
    }
    MailArguments mail;
    try {
      mail = MailArguments.parse(argument, rules());
    } catch (SyntaxException e) {
      return Answer.of(e.reply());
    }
    Transaction transaction =
        new Transaction(
            scope.server().queueIds().next(),
            mail,
            scope.server().checks().begin(mail, scope.origin()),
            scope.server().memory().open(scope.state().client().address()));
    scope.state().begin(transaction);
    if (mail.declaredBytes() > scope.server().limits().maxMessageBytes()) {
      Answer answer =
          scope.reject(
              "MAIL",
              SmtpReply.of(552, "5.3.4 Message size exceeds fixed limit"),
              Optional.empty());
      scope.endMessage();
      return answer;
    }
    return askMilters(transaction);
  }

  /** Returns what the client of this session may say, as it stands now. */
  private EnvelopeRules rules() {
    LimitsConfig limits = scope.server().limits();
    return new EnvelopeRules(
        scope.server().config().policy().addressSyntax(),
        keyword -> OfferedExtensions.keywords(scope).contains(keyword),
        limits.maxPathBytes(),
        limits.maxArgumentBytes());
  }

  private Answer askMilters(Transaction transaction) {
    scope.macros().messageBegun(transaction.mail().path().asWritten());
    scope.macros().queueId(transaction.queueId());
    if (scope.state().login().isPresent()) {
      transaction.mail().author().ifPresent(scope.macros()::author);
    }
    return switch (scope.milters().mail(transaction.mail().shown())) {
      case Verdict.Refuse refusal -> {
        Answer answer = scope.refuse("MAIL", refusal, Optional.empty());
        scope.endMessage();
        yield answer;
      }
      case Verdict.Discard discard -> {
        scope.log().milterDiscarded("MAIL", discard.source(), Optional.empty());
        yield senderOk();
      }
      case Verdict.Pass pass -> senderOk();
    };
  }

  private static Answer senderOk() {
    return Answer.of(250, "2.1.0 Ok");
  }

  Answer rcpt(Bytes argument) {
    Optional<Verdict.Refuse> refusal = scope.state().refusal();
    if (refusal.isPresent()) {
      return scope.refuse("RCPT", refusal.get(), Optional.empty());
    }
    Optional<Transaction> transaction = scope.state().transaction();
    if (transaction.isPresent() && scope.state().chunks().isPresent()) {
      return Answer.of(503, "5.5.1 Error: RCPT after BDAT");
    }
    return transaction.isPresent()
        ? rcpt(argument, transaction.get())
        : Answer.of(503, "5.5.1 Error: need MAIL command");
  }

  private Answer rcpt(Bytes argument, Transaction transaction) {
    Optional<Answer> tooMuch = scope.rates().recipient();
    if (tooMuch.isPresent()) {
      return tooMuch.get();
    }
    RcptArguments rcpt;
    try {
      rcpt = RcptArguments.parse(argument, rules(), transaction.mail().smtpUtf8());
    } catch (SyntaxException e) {
      return Answer.of(e.reply());
    }
    Optional<Bytes> mailbox = Optional.of(rcpt.path().mailbox());
    if (isFull(transaction, rcpt)) {
      return scope.reject("RCPT", SmtpReply.of(452, "4.5.3 Error: too many recipients"), mailbox);
    }
    if (!transaction.makeRoomFor(rcpt.recipient())) {
      scope.log().limitReached(MessageRouter.MEMORY_USED_UP);
      return scope.reject("RCPT", MessageRouter.NO_STORAGE, mailbox);
    }
    int accepted = transaction.accepted();
    Answer answer = ask(rcpt, transaction);
    if (transaction.accepted() == accepted) {
      transaction.dropRoomFor(rcpt.recipient());
    }
    return answer;
  }

  private Answer ask(RcptArguments rcpt, Transaction transaction) {
    Optional<Bytes> mailbox = Optional.of(rcpt.path().mailbox());
    Optional<SmtpReply> forbidden =
        scope
            .server()
            .policy()
            .check(scope.state().client().address(), scope.state().login(), rcpt.path());
    Optional<SmtpReply> refused = forbidden.or(() -> refusedByNextHop(transaction, rcpt));
    if (refused.isPresent()) {
      scope.macros().refusedRecipient(refused.get());
      scope.milters().refusedRecipient(rcpt.shown());
      return scope.reject("RCPT", refused.get(), mailbox);
    }
    scope.macros().recipient(rcpt.path().asWritten());
    return switch (scope.milters().rcpt(rcpt.shown())) {
      case Verdict.Refuse refusal -> {
        yield scope.refuse("RCPT", refusal, mailbox);
      }
      case Verdict.Discard discard -> {
        scope.log().milterDiscarded("RCPT", discard.source(), mailbox);
        yield recipientOk(transaction, rcpt);
      }
      case Verdict.Pass pass -> recipientOk(transaction, rcpt);
    };
  }

  private boolean isFull(Transaction transaction, RcptArguments rcpt) {
    LimitsConfig limits = scope.server().limits();
    return transaction.accepted() >= limits.maxRecipients()
        || transaction.recipientBytes() + rcpt.bytes() > limits.maxEnvelopeBytes();
  }

  private Optional<SmtpReply> refusedByNextHop(Transaction transaction, RcptArguments rcpt) {
    if (transaction.knows(rcpt.recipient())) {
      return Optional.empty();
    }
    return switch (scope
        .server()
        .checks()
        .ask(
            transaction.delivery(),
            transaction.mail().sender(),
            scope.origin(),
            rcpt.recipient())) {
      case RecipientAnswer.Taken taken -> Optional.empty();
      case RecipientAnswer.Refused(SmtpReply reply, String text) ->
          Optional.of(transaction.readable(reply));
      case RecipientAnswer.Unavailable(SmtpReply reply, String cause) -> {
        scope.log().nextHopFailed(transaction.queueId(), cause);
        yield Optional.of(reply);
      }
    };
  }

  private Answer recipientOk(Transaction transaction, RcptArguments rcpt) {
    if (transaction.accepted() == 0) {
      scope.log().accepted();
    }
    transaction.accept(rcpt);
    return Answer.of(250, "2.1.5 Ok");
  }

  /** Says whether a recipient would be taken here, and nothing of what the next hop thinks. */
  Answer vrfy(Bytes argument) {
    Optional<Verdict.Refuse> refusal = scope.state().refusal();
    if (refusal.isPresent()) {
      return scope.refuse("VRFY", refusal.get(), Optional.empty());
    }
    if (argument.isEmpty()) {
      return Answer.of(501, "5.5.4 Syntax: VRFY address");
    }
    Optional<MailPath> path =
        PathParser.parse(argument, AddressSyntax.AS_POSTFIX)
            .filter(parsed -> parsed.rest().isEmpty() && !parsed.path().isNull())
            .map(PathParser.Parsed::path);
    if (path.isEmpty() || !path.get().isAscii()) {
      return Answer.of(501, "5.1.3 Bad recipient address syntax");
    }
    return scope
        .server()
        .policy()
        .check(scope.state().client().address(), scope.state().login(), path.get())
        .map(forbidden -> scope.reject("VRFY", forbidden, Optional.of(path.get().mailbox())))
        .orElseGet(() -> Answer.of(252, "2.0.0 " + Printable.ascii(path.get().mailbox())));
  }

  Answer rset(Bytes argument) {
    if (!argument.isEmpty()) {
      return Answer.of(501, "5.5.4 Syntax: RSET");
    }
    scope.abortMessage();
    return Answer.of(CommandReplies.OK);
  }
}
