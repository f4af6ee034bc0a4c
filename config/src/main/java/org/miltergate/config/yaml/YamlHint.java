package org.miltergate.config.yaml;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.exceptions.Mark;

/** Hints for text that is not valid YAML: most often quotes are missing. */
final class YamlHint {
  /** Characters that begin something other than text in YAML. */
  private static final String INDICATORS = "*&!%@`|>";

  private static final Pattern BRACKETED = Pattern.compile("\\[([0-9A-Fa-f:.]+)]([:/][0-9]+)?");

  private YamlHint() {}

  /** Returns what to do about an error at {@code place}, beginning with a semicolon, or nothing. */
  static String suffix(String text, Mark place, String problem) {
    String line = text.lines().skip(place.getLine()).findFirst().orElse("");
    if (problem.contains("\\t(TAB)")) {
      return "; indent with blanks";
    }
    String word = word(line, line.offsetByCodePoints(0, place.getColumn()));
    Matcher address = BRACKETED.matcher(word);
    if (address.find() && address.group(1).contains(":")) {
      return address.group(2) == null
          ? "; write the address in quotes, such as [\"%s\"] in a list".formatted(address.group(1))
          : "; write it in quotes: \"" + address.group() + "\"";
    }
    String item = word.replaceFirst("^[\\[{,]+", "").replaceFirst("[\\]},]+$", "");
    if (!item.isEmpty() && INDICATORS.indexOf(item.charAt(0)) >= 0) {
      return "; write it in quotes: \"" + item + "\"";
    }
    return problem.contains("mapping values are not allowed")
        ? "; write text with a colon and a blank in quotes"
        : "";
  }

  /** Returns the word around a position. */
  private static String word(String line, int place) {
    int at = Math.min(place, line.length() - 1);
    int begin = at;
    while (begin > 0 && line.charAt(begin - 1) != ' ') {
      begin--;
    }
    int end = Math.max(at, 0);
    while (end < line.length() && line.charAt(end) != ' ') {
      end++;
    }
    return line.substring(Math.max(begin, 0), end);
  }
}
