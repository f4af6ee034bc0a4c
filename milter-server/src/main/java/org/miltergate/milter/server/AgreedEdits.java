package org.miltergate.milter.server;

import java.io.IOException;
import java.util.List;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.Actions;
import org.miltergate.milter.wire.Actions.Action;
import org.miltergate.milter.wire.DataSize;
import org.miltergate.milter.wire.Reply;

/** Sends the edits of one message, if their actions were agreed on. */
final class AgreedEdits implements EditSink {
  private static final Bytes BLANK = Bytes.ofLatin1(" ");

  private final Actions agreed;
  private final ReplyWriter out;
  private boolean open = true;

  AgreedEdits(Actions agreed, ReplyWriter out) {
    this.agreed = agreed;
    this.out = out;
  }

  /** Accepts no more edits: the end of the message has been handled. */
  void end() {
    open = false;
  }

  @Override
  public void addHeader(Bytes name, Bytes value) throws IOException {
    send(Action.ADD_HEADERS, new Reply.AddHeader(requireName(name), value));
  }

  @Override
  public void insertHeader(int index, Bytes name, Bytes value) throws IOException {
    requireAtLeast(0, index);
    send(Action.ADD_HEADERS, new Reply.InsertHeader(index, requireName(name), value));
  }

  @Override
  public void changeHeader(int index, Bytes name, Bytes value) throws IOException {
    if (value.isEmpty()) {
      throw new IllegalArgumentException("value is empty, which would delete the header field");
    }
    requireAtLeast(1, index);
    send(Action.CHANGE_HEADERS, new Reply.ChangeHeader(index, requireName(name), value));
  }

  @Override
  public void deleteHeader(int index, Bytes name) throws IOException {
    requireAtLeast(1, index);
    send(Action.CHANGE_HEADERS, new Reply.ChangeHeader(index, requireName(name), Bytes.EMPTY));
  }

  @Override
  public void replaceBody(Bytes content) throws IOException {
    int most = DataSize.USUAL.maxPayloadBytes();
    int start = 0;
    do {
      int end = (int) Math.min(content.length(), (long) start + most);
      send(Action.CHANGE_BODY, new Reply.ReplaceBody(content.slice(start, end)));
      start = end;
    } while (start < content.length());
  }

  @Override
  public void addRecipient(Bytes recipient, List<Bytes> arguments) throws IOException {
    if (arguments.isEmpty()) {
      send(Action.ADD_RECIPIENTS, new Reply.AddRecipient(recipient));
    } else {
      send(
          Action.ADD_RECIPIENTS_WITH_ARGUMENTS,
          new Reply.AddRecipientWithArguments(recipient, oneText(arguments)));
    }
  }

  @Override
  public void deleteRecipient(Bytes recipient) throws IOException {
    send(Action.DELETE_RECIPIENTS, new Reply.DeleteRecipient(recipient));
  }

  @Override
  public void changeSender(Bytes sender, List<Bytes> arguments) throws IOException {
    send(Action.CHANGE_SENDER, new Reply.ChangeSender(sender, oneText(arguments)));
  }

  @Override
  public void quarantine(Bytes reason) throws IOException {
    send(Action.QUARANTINE, new Reply.Quarantine(reason));
  }

  @Override
  public void progress() throws IOException {
    requireOpen();
    out.append(new Reply.Progress());
    out.flush();
  }

  private void send(Action action, Reply.Modification edit) throws IOException {
    requireOpen();
    if (!agreed.has(action)) {
      throw new IllegalStateException(
          "%s needs the action %s, agreed on were %s"
              .formatted(edit.getClass().getSimpleName(), action, agreed));
    }
    out.append(edit);
  }

  private void requireOpen() {
    if (!open) {
      throw new IllegalStateException(
          "the end of the message has been handled, no edit can follow");
    }
  }

  private static void requireAtLeast(int least, int index) {
    if (index < least) {
      throw new IllegalArgumentException("index is " + index + ", must be at least " + least);
    }
  }

  /** An invalid name would end the header block of the message, or begin another field. */
  private static Bytes requireName(Bytes name) {
    boolean valid = !name.isEmpty();
    for (int i = 0; i < name.length(); i++) {
      valid &= name.at(i) > ' ' && name.at(i) <= '~' && name.at(i) != ':';
    }
    if (!valid) {
      throw new IllegalArgumentException(
          "'" + name + "' is not a header field name, must be printable ASCII without colon");
    }
    return name;
  }

  private static List<Bytes> oneText(List<Bytes> arguments) {
    return arguments.isEmpty()
        ? List.of()
        : List.of(
            arguments.stream().reduce((a, b) -> a.concat(BLANK).concat(b)).orElse(Bytes.EMPTY));
  }
}
