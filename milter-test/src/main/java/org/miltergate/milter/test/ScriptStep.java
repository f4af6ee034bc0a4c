package org.miltergate.milter.test;

import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.Reply;

/**
 * An action with its text.
 *
 * @param text without the leading {@code <}
 */
record ScriptStep(String text, Action action) {
  private static final Pattern PACE =
      Pattern.compile("([1-9][0-9]{0,8})/([1-9][0-9]{0,8}(?:ms|s))");
  private static final Pattern TIME = Pattern.compile("([1-9][0-9]{0,8})(ms|s)");

  static ScriptStep sending(Reply reply) {
    return new ScriptStep(ReplyText.write(reply), new Action.Send(reply));
  }

  static List<ScriptStep> sending(List<Reply> replies) {
    return replies.stream().map(ScriptStep::sending).toList();
  }

  /**
   * Reads the text after {@code <}.
   *
   * @throws IllegalArgumentException if it is not an action; the message says why
   */
  static ScriptStep read(String text) {
    String rest = ScriptText.behindFirstWord(text);
    Action action =
        switch (ScriptText.firstWord(text)) {
          case "STALL" -> bare(text, new Action.Stall());
          case "DEAF" -> bare(text, new Action.Deaf());
          case "CLOSE" -> bare(text, new Action.Close());
          case "RESET" -> bare(text, new Action.Reset());
          case "BYTES" -> new Action.Raw(hex(rest));
          case "PAUSE" -> new Action.Pause(time(rest));
          case "HALF" -> new Action.Half(ReplyText.read(rest));
          case "TWICE" -> new Action.Repeat(2, ReplyText.read(rest));
          case "REPEAT" ->
              new Action.Repeat(
                  times(ScriptText.firstWord(rest)),
                  ReplyText.read(ScriptText.behindFirstWord(rest)));
          case "FOREVER" -> new Action.Forever(ReplyText.read(rest));
          case "SLOWLY" -> slowly(rest);
          default -> new Action.Send(ReplyText.read(text));
        };
    return new ScriptStep(text, action);
  }

  private static Action bare(String text, Action action) {
    if (text.indexOf(' ') >= 0) {
      throw new IllegalArgumentException(
          "'" + text + "' has something after " + ScriptText.firstWord(text));
    }
    return action;
  }

  private static Action slowly(String rest) {
    String pace = ScriptText.firstWord(rest);
    Matcher matcher = PACE.matcher(pace);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + pace + "' is not a pace, write bytes and a time such as 1/50ms");
    }
    return new Action.Slowly(
        Integer.parseInt(matcher.group(1)),
        time(matcher.group(2)),
        ReplyText.read(ScriptText.behindFirstWord(rest)));
  }

  private static Duration time(String text) {
    Matcher matcher = TIME.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a time, write one such as 50ms or 2s");
    }
    long number = Long.parseLong(matcher.group(1));
    return matcher.group(2).equals("s") ? Duration.ofSeconds(number) : Duration.ofMillis(number);
  }

  private static int times(String text) {
    try {
      return Integer.parseUnsignedInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a number, write REPEAT, how often, and the reply", e);
    }
  }

  private static Bytes hex(String text) {
    try {
      return Bytes.copyOf(HexFormat.of().parseHex(text.replace(" ", "")));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("'" + text + "' is not a hex text: " + e.getMessage(), e);
    }
  }
}
