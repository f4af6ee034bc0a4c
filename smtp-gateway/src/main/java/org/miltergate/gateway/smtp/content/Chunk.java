package org.miltergate.gateway.smtp.content;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.miltergate.milter.bytes.Bytes;

/**
 * What a BDAT command says.
 *
 * @param bytes how many follow, 0 or more; not yet compared with any limit
 * @param last whether the message ends with them
 * @see "RFC 3030, section 2"
 */
public record Chunk(long bytes, boolean last) {
  /** 18 digits always fit into a long. */
  private static final Pattern SYNTAX =
      Pattern.compile("([0-9]{1,18})([ \t]+LAST)?", Pattern.CASE_INSENSITIVE);

  /** Reads what follows {@code BDAT}; empty if it is malformed. */
  public static Optional<Chunk> parse(Bytes argument) {
    Matcher found = SYNTAX.matcher(argument.toString());
    return found.matches()
        ? Optional.of(new Chunk(Long.parseLong(found.group(1)), found.group(2) != null))
        : Optional.empty();
  }
}
