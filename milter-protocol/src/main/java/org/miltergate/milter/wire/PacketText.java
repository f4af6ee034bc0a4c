package org.miltergate.milter.wire;

import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.miltergate.milter.bytes.Bytes;

/**
 * Packets as text, one line each, for people: {@code RCPT <bob@example.org>}, {@code INSHEADER 1
 * X-Spam| no}. The scripts of the test kit use this form.
 *
 * <p>The text includes the whole content of a packet, which may be part of a message: it is for
 * traces and tests, not for logs.
 */
public final class PacketText {
  /** Words for the letters in a macro packet. */
  private static final Map<Character, String> WORDS =
      Map.ofEntries(
          Map.entry('O', "OPTNEG"),
          Map.entry('C', "CONNECT"),
          Map.entry('H', "HELO"),
          Map.entry('M', "MAIL"),
          Map.entry('R', "RCPT"),
          Map.entry('T', "DATA"),
          Map.entry('L', "HEADER"),
          Map.entry('N', "EOH"),
          Map.entry('B', "BODY"),
          Map.entry('E', "EOM"),
          Map.entry('U', "UNKNOWN"),
          Map.entry('A', "ABORT"),
          Map.entry('Q', "QUIT"),
          Map.entry('K', "QUIT_NC"),
          Map.entry('D', "MACRO"));

  private PacketText() {}

  /** Returns whether lines that begin with {@code word} are commands. */
  public static boolean isCommandWord(String word) {
    return WORDS.containsValue(word);
  }

  /** Returns the word for a command's letter, or the letter's number if there is none. */
  public static String commandWord(byte letter) {
    return WORDS.getOrDefault((char) (letter & 0xff), "0x" + HexFormat.of().toHexDigits(letter));
  }

  /** Returns the packet as one line, without a line end. */
  public static String write(Command command) {
    return switch (command) {
      case Command.Negotiate(var offer) -> "OPTNEG " + write(offer);
      case Command.Macro macro -> macro(macro);
      case Command.Connect(Bytes hostname, ClientAddress address) ->
          "CONNECT " + escapeWord(hostname, "") + client(address);
      case Command.Helo(Bytes name) -> line("HELO", name);
      case Command.Mail(Bytes sender, List<Bytes> arguments) -> path("MAIL", sender, arguments);
      case Command.Rcpt(Bytes recipient, List<Bytes> arguments) ->
          path("RCPT", recipient, arguments);
      case Command.Data() -> "DATA";
      case Command.Header(Bytes name, Bytes value) ->
          "HEADER " + escapeWord(name, "|") + "|" + escape(value);
      case Command.EndOfHeaders() -> "EOH";
      case Command.Body(Bytes chunk) -> line("BODY", chunk);
      case Command.EndOfMessage(Bytes chunk) -> line("EOM", chunk);
      case Command.Unknown(Bytes text) -> line("UNKNOWN", text);
      case Command.Abort() -> "ABORT";
      case Command.Quit() -> "QUIT";
      case Command.QuitKeepConnection() -> "QUIT_NC";
    };
  }

  private static String line(String word, Bytes text) {
    return text.isEmpty() ? word : word + " " + escape(text);
  }

  private static String path(String word, Bytes path, List<Bytes> arguments) {
    StringBuilder line = new StringBuilder(word).append(' ');
    line.append(escapeWord(path, ""));
    arguments.forEach(argument -> line.append(' ').append(escapeWord(argument, "")));
    return line.toString();
  }

  private static String client(ClientAddress address) {
    String text = escapeWord(address.address(), "");
    return switch (address.family()) {
      case UNKNOWN -> " unknown";
      case LOCAL -> " local " + text;
      case INET4 -> " inet " + text + " port=" + address.port();
      case INET6 -> " inet6 " + text + " port=" + address.port();
    };
  }

  private static String macro(Command.Macro macro) {
    StringBuilder line = new StringBuilder("MACRO ").append(commandWord(macro.command()));
    for (MacroValue value : macro.values()) {
      line.append(' ').append(escapeWord(value.name(), "="));
      line.append('=').append(escapeWord(value.value(), ""));
    }
    return line.toString();
  }

  private static String changed(String word, Bytes path, List<Bytes> arguments) {
    String line = word + " " + escapeWord(path, "");
    return arguments.isEmpty() ? line : line + " " + escape(arguments.get(0));
  }

  private static String field(Bytes name, Bytes value) {
    return escapeWord(name, "|") + "|" + escape(value);
  }

  /** Returns the packet as one line, without a line end. */
  public static String write(Reply reply) {
    return switch (reply) {
      case Reply.Negotiate(Negotiation wish) -> "OPTNEG " + write(wish);
      case Reply.Progress() -> "PROGRESS";
      case Reply.Continue() -> "CONTINUE";
      case Reply.Accept() -> "ACCEPT";
      case Reply.Reject() -> "REJECT";
      case Reply.TempFail() -> "TEMPFAIL";
      case Reply.Discard() -> "DISCARD";
      case Reply.Skip() -> "SKIP";
      case Reply.Shutdown() -> "SHUTDOWN";
      case Reply.ConnectionFailure() -> "CONN_FAIL";
      case Reply.ReplyCode(Bytes text) -> line("REPLYCODE", text);
      case Reply.AddRecipient(Bytes recipient) -> line("ADDRCPT", recipient);
      case Reply.AddRecipientWithArguments(Bytes recipient, List<Bytes> arguments) ->
          changed("ADDRCPT_PAR", recipient, arguments);
      case Reply.DeleteRecipient(Bytes recipient) -> line("DELRCPT", recipient);
      case Reply.ChangeSender(Bytes sender, List<Bytes> arguments) ->
          changed("CHGFROM", sender, arguments);
      case Reply.AddHeader(Bytes name, Bytes value) -> "ADDHEADER " + field(name, value);
      case Reply.InsertHeader(int index, Bytes name, Bytes value) ->
          "INSHEADER " + Integer.toUnsignedString(index) + " " + field(name, value);
      case Reply.ChangeHeader(int index, Bytes name, Bytes value) ->
          "CHGHEADER " + Integer.toUnsignedString(index) + " " + field(name, value);
      case Reply.ReplaceBody(Bytes chunk) -> line("REPLBODY", chunk);
      case Reply.Quarantine(Bytes reason) -> line("QUARANTINE", reason);
    };
  }

  private static String write(Negotiation negotiation) {
    StringBuilder text =
        new StringBuilder(
                String.format(
                    Locale.ROOT, "version=%d", Integer.toUnsignedLong(negotiation.version())))
            .append(" actions=0x")
            .append(Integer.toHexString(negotiation.actions().bits()))
            .append(" steps=0x")
            .append(Integer.toHexString(negotiation.steps().bits()));
    for (MacroList list : negotiation.macroLists()) {
      String stage =
          MacroStage.ofWire(list.stage())
              .map(MacroStage::word)
              .orElse(Integer.toUnsignedString(list.stage()));
      text.append(" macros.").append(stage);
      text.append('=').append(escapeWord(list.text(), ""));
    }
    return text.toString();
  }

  /**
   * Returns printable ASCII unchanged, the rest as {@code \\r}, {@code \\n}, {@code \\t} or {@code
   * \\xNN}, a backslash doubled, and a blank at either end as {@code \\x20}.
   */
  public static String escape(Bytes bytes) {
    StringBuilder text = new StringBuilder(bytes.length());
    for (int i = 0; i < bytes.length(); i++) {
      int value = bytes.at(i) & 0xff;
      append(text, value, value == ' ' && i == bytes.length() - 1);
    }
    return text.toString();
  }

  /** Writes bytes as one word, escaping blanks and the given characters. */
  public static String escapeWord(Bytes bytes, String alsoEscaped) {
    StringBuilder text = new StringBuilder(bytes.length());
    for (int i = 0; i < bytes.length(); i++) {
      int value = bytes.at(i) & 0xff;
      append(text, value, value == ' ' || alsoEscaped.indexOf(value) >= 0);
    }
    return text.toString();
  }

  private static void append(StringBuilder text, int value, boolean escaped) {
    switch (value) {
      case '\\' -> text.append("\\\\");
      case '\r' -> text.append("\\r");
      case '\n' -> text.append("\\n");
      case '\t' -> text.append("\\t");
      default -> {
        if (escaped || value < ' ' || value > '~') {
          text.append("\\x").append(HexFormat.of().toHexDigits((byte) value));
        } else {
          text.append((char) value);
        }
      }
    }
  }
}
