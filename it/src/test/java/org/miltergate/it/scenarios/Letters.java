package org.miltergate.it.scenarios;

import java.util.LinkedHashMap;
import java.util.Map;

/** Messages of the scenarios; LF stands for CRLF, each char for a byte. */
final class Letters {
  static final String PLAIN =
      """
      From: Alice <alice@client.test>
      To: Bob <bob@remote.test>
      Subject: minutes
      Date: Sat, 21 Nov 2026 10:00:00 +0000
      Message-ID: <minutes-1@client.test>

      Dear Bob,
      .
      ..two dots
      Alice
      """;

  /** Three fields of one name, among others. */
  static final String TRIPLE =
      """
      From: Alice <alice@client.test>
      X-A: one
      x-a: two
      Date: Sat, 21 Nov 2026 10:00:00 +0000
      X-A: three
      Message-ID: <minutes-1@client.test>
      To: Bob <bob@remote.test>

      body
      """;

  /** Everything that a header may hold and a careless parser changes. */
  static final String ODD_HEADER =
      """
      From: Alice <alice@client.test>
      To:Bob <bob@remote.test>
      Date: Sat, 21 Nov 2026 10:00:00 +0000
      Message-ID: <minutes-1@client.test>
      Subject: folded
       with a blank
      \twith a tab
      X-Two-Blanks:  two
      X-Tab:\ttab
      X-Empty:
      X-Blank:\s
      X-Trailing: blanks  \s
      X-Space-Before-Colon : v
      X-Latin-1: caf\u00e9
      X-Fold-First:
       value in the second line
      X-Only-Blanks-Fold: a
       \s
       b

      body
      """;

  /** Lines within a header that is good, each by what is odd about it. */
  static final Map<String, String> ODD_LINES = oddLines();

  private static Map<String, String> oddLines() {
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("a line with a blank in its name", "two words: v");
    lines.put("a line with an empty name", ": v");
    lines.put("a line with a colon alone", ":");
    lines.put("a line with a control character in its name", "X-\1: v");
    lines.put("a line with DEL in its name", "X-\177: v");
    lines.put("a line with an 8-bit byte in its name", "X-\344: v");
    lines.put("a line with NUL in its name", "X-\0: v");
    lines.put("a line with NUL before its colon", "X-N\0: v");
    lines.put("a line that begins with NUL", "\0X-N: v");
    lines.put("a line that begins with a vertical tab", "\13X-V: v");
    lines.put("an mbox line in the middle", "From a@b.test Mon");
    lines.put("a fold before the colon", "X-F\n : v");
    lines.put("a tab before the colon", "X-T\t: v");
    lines.put("several blanks before the colon", "X-B \t  :v");
    lines.put("NUL in a value", "X-N: a\0b");
    lines.put("NUL in a fold", "X-N: a\n b\0c\n d");
    lines.put("NUL alone in a fold", "X-N: a\n \0");
    lines.put("NUL after the colon", "X-N:\0 a");
    lines.put("a fold of white space", "X-W: a\n \t");
    lines.put("a fold after the colon", "X-W:\n a");
    lines.put("blanks at the end", "X-W: a \t");
    lines.put("control characters in a value", "X-C: \1\13\177");
    lines.put("8-bit bytes in a value", "X-8: \344\377");
    return lines;
  }

  /** Returns a message with that line in the middle of its header. */
  static String withLine(String line) {
    return NO_BODY.stripTrailing() + "\n" + line + "\nX-Behind: v\n\nbody\n";
  }

  static final String NO_BODY =
      """
      From: Alice <alice@client.test>
      Date: Sat, 21 Nov 2026 10:00:00 +0000
      Message-ID: <minutes-1@client.test>

      """;

  static final String NO_EMPTY_LINE =
      """
      From: Alice <alice@client.test>
      Date: Sat, 21 Nov 2026 10:00:00 +0000
      Message-ID: <minutes-1@client.test>
      """;

  static final String NO_HEADER = "\nbody only\n";

  static final String LINE_WITHOUT_COLON =
      """
      From: Alice <alice@client.test>
      Date: Sat, 21 Nov 2026 10:00:00 +0000
      Message-ID: <minutes-1@client.test>
      this line has none
      To: late
      """;

  static final String MBOX_LINE =
      """
      From alice@client.test Sat Nov 21 10:00:00 2026
      From: Alice <alice@client.test>
      Date: Sat, 21 Nov 2026 10:00:00 +0000
      Message-ID: <minutes-1@client.test>

      body
      """;

  private Letters() {}

  /** A body of a little more than three chunks, with dots at line starts. */
  static String threeChunks() {
    return "From: Alice <alice@client.test>\n"
        + "Date: Sat, 21 Nov 2026 10:00:00 +0000\nMessage-ID: <minutes-1@client.test>\n\n"
        + ".a line of the body with forty-six characters\n".repeat(4_300);
  }
}
