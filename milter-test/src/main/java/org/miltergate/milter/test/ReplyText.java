package org.miltergate.milter.test;

import java.util.List;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.Actions;
import org.miltergate.milter.wire.Negotiation;
import org.miltergate.milter.wire.PacketText;
import org.miltergate.milter.wire.ProtocolSteps;
import org.miltergate.milter.wire.Reply;

/** Writes and reads replies in the form used in scripts. */
final class ReplyText {
  static final Negotiation DEFAULT_WISH = new Negotiation(6, Actions.ALL, ProtocolSteps.NONE);

  private ReplyText() {}

  static String write(Reply reply) {
    return PacketText.write(reply);
  }

  /**
   * Reads one reply.
   *
   * @throws IllegalArgumentException if the line is not a reply; the message says why
   */
  static Reply read(String line) {
    String rest = ScriptText.behindFirstWord(line);
    return switch (ScriptText.firstWord(line)) {
      case "OPTNEG" -> new Reply.Negotiate(NegotiationText.read(rest, DEFAULT_WISH));
      case "PROGRESS" -> bare(line, new Reply.Progress());
      case "CONTINUE" -> bare(line, new Reply.Continue());
      case "ACCEPT" -> bare(line, new Reply.Accept());
      case "REJECT" -> bare(line, new Reply.Reject());
      case "TEMPFAIL" -> bare(line, new Reply.TempFail());
      case "DISCARD" -> bare(line, new Reply.Discard());
      case "SKIP" -> bare(line, new Reply.Skip());
      case "SHUTDOWN" -> bare(line, new Reply.Shutdown());
      case "CONN_FAIL" -> bare(line, new Reply.ConnectionFailure());
      case "REPLYCODE" -> new Reply.ReplyCode(ScriptText.read(rest));
      case "ADDRCPT" -> new Reply.AddRecipient(ScriptText.read(rest));
      case "ADDRCPT_PAR" -> new Reply.AddRecipientWithArguments(path(rest), arguments(rest));
      case "DELRCPT" -> new Reply.DeleteRecipient(ScriptText.read(rest));
      case "CHGFROM" -> new Reply.ChangeSender(path(rest), arguments(rest));
      case "ADDHEADER" -> new Reply.AddHeader(name(rest), value(rest));
      case "INSHEADER" -> {
        String field = ScriptText.behindFirstWord(rest);
        yield new Reply.InsertHeader(index(rest), name(field), value(field));
      }
      case "CHGHEADER" -> {
        String field = ScriptText.behindFirstWord(rest);
        yield new Reply.ChangeHeader(index(rest), name(field), value(field));
      }
      case "REPLBODY" -> new Reply.ReplaceBody(ScriptText.read(rest));
      case "QUARANTINE" -> new Reply.Quarantine(ScriptText.read(rest));
      default -> throw new IllegalArgumentException("'" + line + "' is not a reply of a milter");
    };
  }

  private static Reply bare(String line, Reply reply) {
    if (line.indexOf(' ') >= 0) {
      throw new IllegalArgumentException(
          "'" + line + "' has something after " + ScriptText.firstWord(line));
    }
    return reply;
  }

  private static Bytes path(String rest) {
    return ScriptText.read(ScriptText.firstWord(rest));
  }

  private static List<Bytes> arguments(String rest) {
    return rest.indexOf(' ') < 0
        ? List.of()
        : List.of(ScriptText.read(ScriptText.behindFirstWord(rest)));
  }

  private static int index(String rest) {
    String word = ScriptText.firstWord(rest);
    try {
      return Integer.parseUnsignedInt(word);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + word + "' is not an index, write a number", e);
    }
  }

  private static Bytes name(String field) {
    return ScriptText.read(field.substring(0, bar(field)));
  }

  private static Bytes value(String field) {
    return ScriptText.read(field.substring(bar(field) + 1));
  }

  private static int bar(String field) {
    int bar = field.indexOf('|');
    if (bar < 0) {
      throw new IllegalArgumentException("'" + field + "' has no bar, write name|value");
    }
    return bar;
  }
}
