package org.miltergate.subethasmtp;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.miltergate.milter.chain.ContentResult;
import org.miltergate.milter.chain.Verdict;
import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.MessageHandlerFactory;
import org.subethamail.smtp.RejectException;

/** One message: the server's own handler, and the milters after it. */
final class FilteredHandler implements MessageHandler {
  private final SubethaSession state;
  private final MessageHandlerFactory handlers;
  private final MessageHandlerFactory quarantine;

  /** The server's own; it knows the envelope as the client gave it. */
  private final MessageHandler first;

  private String sender = "";
  private final List<String> recipients = new ArrayList<>();
  private boolean over;

  FilteredHandler(
      SubethaSession state, MessageHandlerFactory handlers, MessageHandlerFactory quarantine) {
    this.state = state;
    this.handlers = handlers;
    this.quarantine = quarantine;
    this.first = handlers.create(state.session());
  }

  @Override
  public void from(String from) throws RejectException {
    if (state.catchUp() instanceof Verdict.Refuse refuse && refuse.reply().closesConnection()) {
      throw Replies.rejection(refuse.reply());
    }
    first.from(from);
    Replies.require(state.milters().mail(from));
    sender = from;
  }

  @Override
  public void recipient(String recipient) throws RejectException {
    try {
      first.recipient(recipient);
    } catch (RejectException e) {
      state.milters().refusedRecipient(recipient, Replies.of(e));
      throw e;
    }
    recipients.add(recipient);
    Replies.require(state.milters().rcpt(recipient));
  }

  /**
   * Takes the content, with milters told of DATA only now: SubEthaSMTP has answered it by itself.
   * Reads it to its end whatever happens, since SubEthaSMTP would take the rest for commands.
   */
  @Override
  public String data(InputStream data) throws RejectException, IOException {
    Verdict verdict = state.milters().data();
    TraceField trace = TraceField.cutOff(data);
    ContentResult result = state.milters().content(trace.rest());
    try {
      Replies.require(verdict);
      Replies.require(result.verdict());
      return deliver(result, trace.text());
    } catch (RejectException e) {
      endTransaction();
      throw e;
    }
  }

  private String deliver(ContentResult result, String trace) throws RejectException, IOException {
    boolean nobody = result.verdict().passes() && result.recipients().isEmpty();
    if (nobody || result.verdict() instanceof Verdict.Discard) {
      return accepted();
    }
    if (!result.isDeliverable()) {
      return again(quarantine, result, trace);
    }
    return isAsTold(result)
        ? orAccepted(first.data(result.toInputStream(trace)))
        : again(handlers, result, trace);
  }

  private boolean isAsTold(ContentResult result) {
    return plain(result.sender()).equals(sender)
        && result.recipients().stream().map(FilteredHandler::plain).toList().equals(recipients);
  }

  /** Has the envelope, as milters left it, and the content taken by another handler. */
  private String again(MessageHandlerFactory others, ContentResult result, String trace)
      throws RejectException, IOException {
    MessageHandler next = others.create(state.session());
    try {
      next.from(plain(result.sender()));
      for (String recipient : result.recipients()) {
        next.recipient(plain(recipient));
      }
      return orAccepted(next.data(result.toInputStream(trace)));
    } finally {
      next.done();
    }
  }

  /** SubEthaSMTP gives addresses without angle brackets. */
  private static String plain(String path) {
    return path.substring(1, path.length() - 1);
  }

  private static String orAccepted(String reply) {
    return reply == null ? accepted() : reply;
  }

  private static String accepted() {
    return "2.0.0 Ok";
  }

  /** Lets a MAIL follow after a refused message, which SubEthaSMTP by itself answers with 503. */
  private void endTransaction() {
    state.session().resetMailTransaction();
  }

  /** The message is over, whatever became of it: SubEthaSMTP does not say. */
  @Override
  public void done() {
    if (!over) {
      over = true;
      state.milters().abort();
      first.done();
    }
  }
}
