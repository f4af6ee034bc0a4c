package org.miltergate.milter.chain;

import static org.miltergate.milter.chain.Capture.arguments;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Turns a recorded conversation into a script: what Postfix said is what our side has to say, and
 * the milter answers as it did.
 */
final class CaptureScript {
  private static final Map<String, String> WORDS =
      Map.ofEntries(
          Map.entry("connect", "CONNECT"),
          Map.entry("helo", "HELO"),
          Map.entry("mail", "MAIL"),
          Map.entry("rcpt", "RCPT"),
          Map.entry("data", "DATA"),
          Map.entry("header", "HEADER"),
          Map.entry("eoh", "EOH"),
          Map.entry("body", "BODY"),
          Map.entry("eom", "EOM"));

  private static final List<String> NAMES_OF_LISTS =
      List.of("connect", "helo", "mail", "rcpt", "data", "eom", "eoh");

  private CaptureScript() {}

  static String of(Capture capture) {
    StringBuilder script = new StringBuilder();
    for (Json event : capture.events()) {
      String text = event.has("ev") ? fromMta(event) : fromMilter(event);
      script.append(text);
    }
    return script.toString();
  }

  /** The end is left out: ours tells of it once, and a script does not need it. */
  private static String fromMta(Json event) {
    String kind = event.string("ev");
    List<String> words = arguments(event);
    return switch (kind) {
      case "optneg" -> "> OPTNEG steps=" + event.object("args").string("protocol") + "\n";
      // Postfix sends macros for a command that it keeps back; we do not.
      case "macro_only", "abort", "quit", "eof" -> "";
      case "connect" -> macros(event) + "> CONNECT localhost inet 127.0.0.1\n";
      case "header" -> "> HEADER " + word(words.get(0)) + "|" + text(words.get(1)) + "\n";
      case "body" -> "> BODY " + text(event.object("args").string("data")) + "\n";
      default ->
          macros(event)
              + ("> " + WORDS.get(kind))
              + words.stream().map(w -> " " + word(w)).collect(Collectors.joining())
              + "\n";
    };
  }

  private static String macros(Json event) {
    Map<String, String> values = Capture.macros(event);
    if (values.isEmpty()) {
      return "";
    }
    return values.entrySet().stream()
        .map(value -> " " + value.getKey() + "=" + word(value.getValue()))
        .collect(Collectors.joining("", "> MACRO " + WORDS.get(event.string("ev")), "\n"));
  }

  private static String fromMilter(Json event) {
    String kind = event.string("out");
    if (kind.equals("eof")) {
      return "";
    }
    Json in = event.object("args");
    List<String> words = arguments(event);
    return "< "
        + switch (kind) {
          case "optneg" -> negotiation(in);
          case "continue", "accept", "discard", "skip" -> kind.toUpperCase(Locale.ROOT);
          case "replycode" -> "REPLYCODE " + text(words.get(0));
          case "addrcpt" -> "ADDRCPT " + text(words.get(0));
          case "delrcpt" -> "DELRCPT " + text(words.get(0));
          case "quarantine" -> "QUARANTINE " + text(words.get(0));
          case "addheader" -> "ADDHEADER " + word(words.get(0)) + "|" + text(words.get(1));
          case "insheader", "chgheader" ->
              (kind.equals("insheader") ? "INSHEADER " : "CHGHEADER ")
                  + in.string("index")
                  + (" " + word(words.get(0)) + "|" + text(words.get(1)));
          case "replbody" -> "REPLBODY " + text(in.string("data"));
          default -> throw new IllegalArgumentException("unknown answer " + kind);
        }
        + "\n";
  }

  private static String negotiation(Json in) {
    StringBuilder line =
        new StringBuilder("OPTNEG version=" + in.string("version"))
            .append(" actions=" + in.string("actions"))
            .append(" steps=" + in.string("protocol"));
    if (in.has("macros")) {
      Json lists = in.object("macros");
      for (String stage : lists.keys()) {
        line.append(" macros." + NAMES_OF_LISTS.get(Integer.parseInt(stage)))
            .append("=" + word(lists.string(stage)));
      }
    }
    return line.toString();
  }

  private static String text(String value) {
    StringBuilder out = new StringBuilder();
    for (char c : value.toCharArray()) {
      out.append(c < ' ' || c > '~' || c == '\\' ? "\\x%02x".formatted((int) c) : "" + c);
    }
    return out.toString().replaceFirst(" $", "\\\\x20");
  }

  private static String word(String value) {
    return text(value).replace(" ", "\\x20").replace("|", "\\x7c");
  }
}
