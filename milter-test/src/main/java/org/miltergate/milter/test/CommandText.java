package org.miltergate.milter.test;

import java.util.List;
import java.util.Map;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.ClientAddress;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.MacroValue;

/** Writes commands as a script has them. */
final class CommandText {
  /** Words for the letters that a macro packet may name. */
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

  private CommandText() {}

  static boolean isWord(String word) {
    return WORDS.containsValue(word);
  }

  /** Returns the first word of {@code command}'s line. */
  static String word(Command command) {
    return ScriptText.firstWord(write(command));
  }

  static String write(Command command) {
    return switch (command) {
      case Command.Negotiate(var offer) -> "OPTNEG " + NegotiationText.write(offer);
      case Command.Macro macro -> macro(macro);
      case Command.Connect(Bytes hostname, ClientAddress address) ->
          "CONNECT " + ScriptText.writeWord(hostname, "") + client(address);
      case Command.Helo(Bytes name) -> line("HELO", name);
      case Command.Mail(Bytes sender, List<Bytes> arguments) -> path("MAIL", sender, arguments);
      case Command.Rcpt(Bytes recipient, List<Bytes> arguments) ->
          path("RCPT", recipient, arguments);
      case Command.Data() -> "DATA";
      case Command.Header(Bytes name, Bytes value) ->
          "HEADER " + ScriptText.writeWord(name, "|") + "|" + ScriptText.write(value);
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
    return text.isEmpty() ? word : word + " " + ScriptText.write(text);
  }

  private static String path(String word, Bytes path, List<Bytes> arguments) {
    StringBuilder line = new StringBuilder(word).append(' ');
    line.append(ScriptText.writeWord(path, ""));
    arguments.forEach(argument -> line.append(' ').append(ScriptText.writeWord(argument, "")));
    return line.toString();
  }

  private static String client(ClientAddress address) {
    String text = ScriptText.writeWord(address.address(), "");
    return switch (address.family()) {
      case UNKNOWN -> " unknown";
      case LOCAL -> " local " + text;
      case INET4 -> " inet " + text + " port=" + address.port();
      case INET6 -> " inet6 " + text + " port=" + address.port();
    };
  }

  private static String macro(Command.Macro macro) {
    StringBuilder line = new StringBuilder("MACRO ").append(word(macro.command()));
    for (MacroValue value : macro.values()) {
      line.append(' ').append(ScriptText.writeWord(value.name(), "="));
      line.append('=').append(ScriptText.writeWord(value.value(), ""));
    }
    return line.toString();
  }

  /** Returns the word for a command letter, or its number if it is none. */
  static String word(byte letter) {
    return WORDS.getOrDefault((char) (letter & 0xff), "0x" + Integer.toHexString(letter & 0xff));
  }
}
