package org.miltergate.milter.wire;

import java.util.List;
import java.util.Objects;
import org.miltergate.milter.bytes.Bytes;

/**
 * A packet that a milter sends to the MTA.
 *
 * <p>Each record is one {@code SMFIR_*} code of {@code sendmail include/libmilter/mfdef.h}. Whether
 * a reply is valid at a stage is not decided here.
 *
 * <p>Immutable and thread-safe.
 */
public sealed interface Reply {

  /** A reply that answers a command. */
  sealed interface Verdict extends Reply {}

  /** A change of the message, valid only before the verdict at the end of the message. */
  sealed interface Modification extends Reply {}

  /** {@code SMFIC_OPTNEG}, {@code 'O'}: what the milter wants; the reply to the offer. */
  record Negotiate(Negotiation wish) implements Reply {
    public Negotiate {
      Objects.requireNonNull(wish, "wish");
    }
  }

  /** {@code SMFIR_PROGRESS}, {@code 'p'}: keep waiting. */
  record Progress() implements Reply {}

  /** {@code SMFIR_CONTINUE}, {@code 'c'}. */
  record Continue() implements Verdict {}

  /** {@code SMFIR_ACCEPT}, {@code 'a'}. */
  record Accept() implements Verdict {}

  /** {@code SMFIR_REJECT}, {@code 'r'}. */
  record Reject() implements Verdict {}

  /** {@code SMFIR_TEMPFAIL}, {@code 't'}. */
  record TempFail() implements Verdict {}

  /** {@code SMFIR_DISCARD}, {@code 'd'}. */
  record Discard() implements Verdict {}

  /** {@code SMFIR_SKIP}, {@code 's'}: no more of this kind of event for this message. */
  record Skip() implements Verdict {}

  /** {@code SMFIR_SHUTDOWN}, {@code '4'}: answer 421 and close. */
  record Shutdown() implements Verdict {}

  /** {@code SMFIR_CONN_FAIL}, {@code 'f'}: defined, but never valid. */
  record ConnectionFailure() implements Verdict {}

  /**
   * {@code SMFIR_REPLYCODE}, {@code 'y'}: the reply that the SMTP client gets.
   *
   * @param text as the milter sent it, unchecked; percent signs doubled, lines split by CRLF
   */
  record ReplyCode(Bytes text) implements Verdict {
    public ReplyCode {
      Text.requireNoNul(text, "text");
    }
  }

  /** {@code SMFIR_ADDRCPT}, {@code '+'}. */
  record AddRecipient(Bytes recipient) implements Modification {
    public AddRecipient {
      Text.requireNoNul(recipient, "recipient");
    }
  }

  /**
   * {@code SMFIR_ADDRCPT_PAR}, {@code '2'}.
   *
   * @param arguments ESMTP arguments as one string, or an empty list if the milter left it out
   */
  record AddRecipientWithArguments(Bytes recipient, List<Bytes> arguments) implements Modification {
    public AddRecipientWithArguments {
      Text.requireNoNul(recipient, "recipient");
      arguments = Text.atMostOneText(arguments, "arguments");
    }
  }

  /** {@code SMFIR_DELRCPT}, {@code '-'}. */
  record DeleteRecipient(Bytes recipient) implements Modification {
    public DeleteRecipient {
      Text.requireNoNul(recipient, "recipient");
    }
  }

  /**
   * {@code SMFIR_CHGFROM}, {@code 'e'}.
   *
   * @param arguments ESMTP arguments as one string, or an empty list if the milter left it out
   */
  record ChangeSender(Bytes sender, List<Bytes> arguments) implements Modification {
    public ChangeSender {
      Text.requireNoNul(sender, "sender");
      arguments = Text.atMostOneText(arguments, "arguments");
    }
  }

  /** {@code SMFIR_ADDHEADER}, {@code 'h'}: adds a header field at the end. */
  record AddHeader(Bytes name, Bytes value) implements Modification {
    public AddHeader {
      Text.requireNoNul(name, "name");
      Text.requireNoNul(value, "value");
    }
  }

  /**
   * {@code SMFIR_INSHEADER}, {@code 'i'}: inserts a header field at a position.
   *
   * @param index unsigned position in the header block, counted from 0
   */
  record InsertHeader(int index, Bytes name, Bytes value) implements Modification {
    public InsertHeader {
      Text.requireNoNul(name, "name");
      Text.requireNoNul(value, "value");
    }
  }

  /**
   * {@code SMFIR_CHGHEADER}, {@code 'm'}: changes the value of a header field, or deletes it.
   *
   * @param index unsigned position among the fields of this name, counted from 1; 0 means 1
   * @param value empty to delete the field
   */
  record ChangeHeader(int index, Bytes name, Bytes value) implements Modification {
    public ChangeHeader {
      Text.requireNoNul(name, "name");
      Text.requireNoNul(value, "value");
    }
  }

  /** {@code SMFIR_REPLBODY}, {@code 'b'}: a piece of the new body; may be empty. */
  record ReplaceBody(Bytes chunk) implements Modification {
    public ReplaceBody {
      Objects.requireNonNull(chunk, "chunk");
    }
  }

  /** {@code SMFIR_QUARANTINE}, {@code 'q'}. */
  record Quarantine(Bytes reason) implements Modification {
    public Quarantine {
      Text.requireNoNul(reason, "reason");
    }
  }
}
