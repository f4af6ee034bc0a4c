package org.miltergate.it.scenarios;

import java.util.List;

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

  static final List<String> COLON_IN_POSTFIX = List.of("| X-Space-Before-Colon: v");
  static final List<String> COLON_AS_SENT = List.of("| X-Space-Before-Colon : v");

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
