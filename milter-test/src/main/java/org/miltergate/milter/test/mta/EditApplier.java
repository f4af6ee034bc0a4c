package org.miltergate.milter.test.mta;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.miltergate.milter.body.Body;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Applied;
import org.miltergate.milter.mail.CrlfNormalizer;
import org.miltergate.milter.mail.Edit;
import org.miltergate.milter.mail.HeaderBlock;
import org.miltergate.milter.mail.HeaderField;
import org.miltergate.milter.mail.MailMessage;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.Sender;
import org.miltergate.milter.wire.Reply;

/** Applies the packets of a milter to a message, as the MTA of a dialect does. */
final class EditApplier {
  private static final Bytes BLANK = Bytes.ofLatin1(" ");

  private final Dialect dialect;
  private final boolean leadingSpace;
  private final List<String> ignored = new ArrayList<>();

  /**
   * @param leadingSpace whether values from this milter have the blank after the colon
   */
  EditApplier(Dialect dialect, boolean leadingSpace) {
    this.dialect = dialect;
    this.leadingSpace = leadingSpace;
  }

  /** Returns the message, and what could not be done. */
  Applied apply(MailMessage message, List<Reply.Modification> packets) throws IOException {
    List<Edit> edits = new ArrayList<>();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    boolean newBody = false;
    CrlfNormalizer lines = new CrlfNormalizer(body);
    for (Reply.Modification packet : packets) {
      if (packet instanceof Reply.ReplaceBody(Bytes chunk)) {
        newBody = true;
        lines.write(chunk);
      } else {
        edit(packet).ifPresent(edits::add);
      }
    }
    if (newBody) {
      lines.finish();
      edits.add(new Edit.ReplaceBody(Body.of(Bytes.copyOf(body.toByteArray()))));
    }
    Applied applied =
        dialect == Dialect.SENDMAIL ? asSendmail(message, edits) : message.apply(edits);
    ignored.addAll(applied.ignored());
    return new Applied(applied.message(), ignored);
  }

  private static Applied asSendmail(MailMessage message, List<Edit> edits) {
    SendmailHeader header = new SendmailHeader(message.aboveReceived(), message.header());
    List<Edit> others = edits.stream().filter(edit -> !header.apply(edit)).toList();
    Applied applied = message.apply(others);
    MailMessage whole = applied.message();
    HeaderBlock above = HeaderBlock.of(header.aboveReceived());
    HeaderBlock below = HeaderBlock.of(header.belowReceived());
    return new Applied(
        new MailMessage(whole.envelope(), above, below, whole.separator(), whole.body()),
        applied.ignored());
  }

  private Optional<Edit> edit(Reply.Modification packet) {
    return switch (packet) {
      case Reply.AddHeader(Bytes name, Bytes value) -> field(name, value).map(Edit.AddHeader::new);
      case Reply.InsertHeader(int index, Bytes name, Bytes value) ->
          field(name, value).map(f -> new Edit.InsertHeader(Integer.toUnsignedLong(index), f));
      case Reply.ChangeHeader(int index, Bytes name, Bytes value) ->
          value.isEmpty()
              ? Optional.of(new Edit.DeleteHeader(name, Integer.toUnsignedLong(index)))
              : field(name, value)
                  .map(f -> new Edit.ChangeHeader(name, Integer.toUnsignedLong(index), f));
      case Reply.AddRecipient(Bytes path) ->
          Optional.of(new Edit.AddRecipient(new Recipient(path, List.of())));
      case Reply.AddRecipientWithArguments(Bytes path, List<Bytes> arguments) ->
          Optional.of(new Edit.AddRecipient(new Recipient(path, arguments)));
      case Reply.DeleteRecipient(Bytes path) -> Optional.of(new Edit.DeleteRecipient(path));
      case Reply.ChangeSender(Bytes path, List<Bytes> arguments) ->
          Optional.of(new Edit.ChangeSender(new Sender(path, arguments)));
      case Reply.Quarantine(Bytes reason) -> Optional.of(new Edit.Quarantine(reason));
      case Reply.ReplaceBody(Bytes chunk) -> Optional.empty();
    };
  }

  private Optional<HeaderField> field(Bytes name, Bytes value) {
    Bytes whole = leadingSpace ? value : BLANK.concat(value);
    Optional<String> problem = HeaderField.problem(name, whole);
    if (problem.isPresent()) {
      ignored.add("a header field that " + problem.get());
      return Optional.empty();
    }
    return Optional.of(HeaderField.of(name, whole));
  }
}
