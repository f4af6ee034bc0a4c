package org.miltergate.config.listener;

import java.util.List;
import java.util.Locale;
import org.miltergate.config.setting.InvalidSettingException;
import org.miltergate.config.setting.TextForm;

/** The keywords of extensions in the reply to EHLO. */
public final class Keywords {
  /** All that can be hidden. */
  public static final List<String> ALL =
      List.of(
          "PIPELINING",
          "SIZE",
          "VRFY",
          "ETRN",
          "STARTTLS",
          "AUTH",
          "ENHANCEDSTATUSCODES",
          "8BITMIME",
          "DSN",
          "SMTPUTF8",
          "CHUNKING",
          "REQUIRETLS",
          "LIMITS",
          "XCLIENT",
          "XFORWARD");

  static final TextForm<String> FORM =
      TextForm.of("an extension, such as PIPELINING", Keywords::parse);

  private Keywords() {}

  /**
   * Reads one of {@link #ALL}, in any case.
   *
   * @throws IllegalArgumentException if the text is none of them
   */
  public static String parse(String text) {
    String word = text.toUpperCase(Locale.ROOT);
    if (!ALL.contains(word)) {
      throw new IllegalArgumentException(
          "'" + text + "' is not an extension; write one of " + String.join(", ", ALL));
    }
    return word;
  }

  static List<String> require(String key, List<String> words) {
    for (String word : words) {
      if (!ALL.contains(word)) {
        throw new InvalidSettingException(
            key, "'" + word + "' is not an extension; write one of " + String.join(", ", ALL));
      }
    }
    return List.copyOf(words);
  }
}
