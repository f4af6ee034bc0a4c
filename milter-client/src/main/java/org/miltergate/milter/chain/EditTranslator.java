package org.miltergate.milter.chain;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Edit;
import org.miltergate.milter.mail.HeaderField;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.Sender;
import org.miltergate.milter.wire.Actions.Action;
import org.miltergate.milter.wire.Reply;

/**
 * Turns the modifications of the wire into edits of a message.
 *
 * <p>What can be said but makes no sense, such as two addresses in one, is left to the message,
 * which leaves it out.
 */
final class EditTranslator {
  private static final Bytes BLANK = Bytes.ofLatin1(" ");

  private final boolean leadingSpace;
  private final Consumer<String> odd;

  /**
   * @param leadingSpace whether values from this milter carry the blank after the colon
   * @param odd gets a text for each modification that is left out
   */
  EditTranslator(boolean leadingSpace, Consumer<String> odd) {
    this.leadingSpace = leadingSpace;
    this.odd = odd;
  }

  /** Returns the actions of which one has to be agreed on, the usual one first. */
  Set<Action> actionsFor(Reply.Modification modification) {
    return switch (modification) {
      case Reply.AddHeader m -> EnumSet.of(Action.ADD_HEADERS);
      case Reply.InsertHeader m -> EnumSet.of(Action.ADD_HEADERS, Action.CHANGE_HEADERS);
      case Reply.ChangeHeader m -> EnumSet.of(Action.CHANGE_HEADERS);
      case Reply.ReplaceBody m -> EnumSet.of(Action.CHANGE_BODY);
      case Reply.AddRecipient m -> EnumSet.of(Action.ADD_RECIPIENTS);
      case Reply.AddRecipientWithArguments m -> EnumSet.of(Action.ADD_RECIPIENTS_WITH_ARGUMENTS);
      case Reply.DeleteRecipient m -> EnumSet.of(Action.DELETE_RECIPIENTS);
      case Reply.ChangeSender m -> EnumSet.of(Action.CHANGE_SENDER);
      case Reply.Quarantine m -> EnumSet.of(Action.QUARANTINE);
    };
  }

  /** Returns how many bytes a modification takes to keep. */
  long size(Reply.Modification modification) {
    return switch (modification) {
      case Reply.AddHeader(Bytes name, Bytes value) -> (long) name.length() + value.length();
      case Reply.InsertHeader(int i, Bytes name, Bytes value) ->
          (long) name.length() + value.length();
      case Reply.ChangeHeader(int i, Bytes name, Bytes value) ->
          (long) name.length() + value.length();
      case Reply.ReplaceBody(Bytes chunk) -> chunk.length();
      case Reply.AddRecipient(Bytes recipient) -> recipient.length();
      case Reply.AddRecipientWithArguments(Bytes recipient, List<Bytes> arguments) ->
          (long) recipient.length() + arguments.stream().mapToInt(Bytes::length).sum();
      case Reply.DeleteRecipient(Bytes recipient) -> recipient.length();
      case Reply.ChangeSender(Bytes sender, List<Bytes> arguments) ->
          (long) sender.length() + arguments.stream().mapToInt(Bytes::length).sum();
      case Reply.Quarantine(Bytes reason) -> reason.length();
    };
  }

  /** Returns the edit, or nothing if there can be no such header field; that is then told. */
  Optional<Edit> edit(Reply.Modification modification) {
    return switch (modification) {
      case Reply.AddHeader(Bytes name, Bytes value) -> field(name, value).map(Edit.AddHeader::new);
      case Reply.InsertHeader(int index, Bytes name, Bytes value) ->
          field(name, value).map(f -> new Edit.InsertHeader(Integer.toUnsignedLong(index), f));
      case Reply.ChangeHeader(int index, Bytes name, Bytes value) -> change(index, name, value);
      case Reply.AddRecipient(Bytes recipient) ->
          Optional.of(new Edit.AddRecipient(new Recipient(recipient, List.of())));
      case Reply.AddRecipientWithArguments(Bytes recipient, List<Bytes> arguments) ->
          Optional.of(new Edit.AddRecipient(new Recipient(recipient, arguments)));
      case Reply.DeleteRecipient(Bytes recipient) ->
          Optional.of(new Edit.DeleteRecipient(recipient));
      case Reply.ChangeSender(Bytes sender, List<Bytes> arguments) ->
          Optional.of(new Edit.ChangeSender(new Sender(sender, arguments)));
      case Reply.Quarantine(Bytes reason) -> Optional.of(new Edit.Quarantine(reason));
      case Reply.ReplaceBody body ->
          throw new IllegalArgumentException("a piece of a body is no edit of its own");
    };
  }

  private Optional<Edit> change(int index, Bytes name, Bytes value) {
    long number = Integer.toUnsignedLong(index);
    return value.isEmpty()
        ? Optional.of(new Edit.DeleteHeader(name, number))
        : field(name, value).map(f -> new Edit.ChangeHeader(name, number, f));
  }

  private Optional<HeaderField> field(Bytes name, Bytes value) {
    Bytes whole = leadingSpace ? value : BLANK.concat(value);
    Optional<String> problem = HeaderField.problem(name, whole);
    if (problem.isPresent()) {
      odd.accept("asked for a header field that " + problem.get() + ": left out");
      return Optional.empty();
    }
    return Optional.of(HeaderField.of(name, whole));
  }
}
