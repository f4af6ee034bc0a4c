package org.miltergate.app.demo;

import java.util.ArrayList;
import java.util.List;
import org.miltergate.milter.chain.ChainListener;
import org.miltergate.milter.chain.Source;
import org.miltergate.milter.mail.Edit;
import org.miltergate.milter.session.FailurePolicy;
import org.miltergate.milter.session.MilterException;
import org.miltergate.milter.session.Stage;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.PacketText;
import org.miltergate.milter.wire.Reply;

/** Records the milters' commands, replies and edits as text. Thread-safe. */
final class MilterTrace implements ChainListener {
  private final List<String> lines = new ArrayList<>();

  @Override
  public void told(String milter, Command command) {
    add(milter, " <- " + PacketText.write(command));
  }

  @Override
  public void said(String milter, Reply reply) {
    add(milter, " -> " + PacketText.write(reply));
  }

  @Override
  public void edited(String milter, List<Edit> edits) {
    edits.forEach(edit -> add(milter, " changed: " + text(edit)));
  }

  @Override
  public void failed(String milter, Stage stage, MilterException cause, FailurePolicy action) {
    add(milter, " failed at " + stage + ": " + cause.getMessage() + "; default action " + action);
  }

  @Override
  public void failedLocally(String milter, Stage stage, Source.Cause cause, Throwable reason) {
    add(milter, " could not be asked at " + stage + ": " + reason.getMessage());
  }

  private static String text(Edit edit) {
    return switch (edit) {
      case Edit.AddHeader(var field) -> "header field added: " + firstLine(field.raw().toString());
      case Edit.InsertHeader(long index, var field) ->
          "header field inserted at " + index + ": " + firstLine(field.raw().toString());
      case Edit.ChangeHeader(var name, long index, var field) ->
          "header field " + name + " " + index + " is now: " + firstLine(field.raw().toString());
      case Edit.DeleteHeader(var name, long index) ->
          "header field " + name + " " + index + " deleted";
      case Edit.ReplaceBody(var body) -> "body replaced, " + body.length() + " bytes";
      case Edit.AddRecipient(var recipient) -> "recipient added: " + recipient.path();
      case Edit.DeleteRecipient(var mailbox) -> "recipient deleted: " + mailbox;
      case Edit.ChangeSender(var sender) -> "sender is now " + sender.path();
      case Edit.Quarantine(var reason) -> "to be held: " + reason;
    };
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  private synchronized void add(String milter, String text) {
    lines.add(milter + text);
  }

  /** Returns what was recorded since the last call. */
  synchronized List<String> take() {
    List<String> taken = List.copyOf(lines);
    lines.clear();
    return taken;
  }
}
