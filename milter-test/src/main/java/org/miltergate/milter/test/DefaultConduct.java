package org.miltergate.milter.test;

import java.util.List;
import java.util.Optional;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.Negotiation;
import org.miltergate.milter.wire.ProtocolSteps;
import org.miltergate.milter.wire.ProtocolSteps.Step;
import org.miltergate.milter.wire.Reply;

/** Replies "continue" to everything that needs a reply, and nothing where no reply was agreed. */
final class DefaultConduct implements Conduct {
  private final Negotiation wish;

  DefaultConduct(Negotiation wish) {
    this.wish = wish;
  }

  @Override
  public List<ScriptStep> opening() {
    return List.of();
  }

  @Override
  public List<ScriptStep> answer(Command command) {
    return ScriptStep.sending(replies(command));
  }

  @Override
  public Optional<String> missing() {
    return Optional.empty();
  }

  private List<Reply> replies(Command command) {
    return switch (command) {
      case Command.Negotiate(Negotiation offer) -> List.of(new Reply.Negotiate(answer(offer)));
      case Command.Macro c -> List.of();
      case Command.Abort c -> List.of();
      case Command.Quit c -> List.of();
      case Command.QuitKeepConnection c -> List.of();
      case Command.Connect c -> unless(Step.NO_REPLY_CONNECT);
      case Command.Helo c -> unless(Step.NO_REPLY_HELO);
      case Command.Mail c -> unless(Step.NO_REPLY_MAIL);
      case Command.Rcpt c -> unless(Step.NO_REPLY_RCPT);
      case Command.Data c -> unless(Step.NO_REPLY_DATA);
      case Command.Header c -> unless(Step.NO_REPLY_HEADERS);
      case Command.EndOfHeaders c -> unless(Step.NO_REPLY_END_OF_HEADERS);
      case Command.Body c -> unless(Step.NO_REPLY_BODY);
      case Command.Unknown c -> unless(Step.NO_REPLY_UNKNOWN);
      case Command.EndOfMessage c -> List.of(new Reply.Continue());
    };
  }

  private List<Reply> unless(Step noReply) {
    return wish.steps().has(noReply) ? List.of() : List.of(new Reply.Continue());
  }

  /** A version or action that was not offered is not requested, unless the test asks for it. */
  private Negotiation answer(Negotiation offer) {
    if (!wish.equals(ReplyText.DEFAULT_WISH)) {
      return wish;
    }
    return new Negotiation(
        Math.min(offer.version(), wish.version()),
        wish.actions().and(offer.actions()),
        ProtocolSteps.NONE,
        List.of());
  }
}
