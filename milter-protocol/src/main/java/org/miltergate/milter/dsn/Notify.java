package org.miltergate.milter.dsn;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.miltergate.milter.bytes.Bytes;

/**
 * When a sender wants to be told of what became of its message to one recipient.
 *
 * @see "RFC 3461, section 4.1"
 */
public enum Notify {
  /** Not at all; stands alone. */
  NEVER,
  /** When it was delivered. */
  SUCCESS,
  /** When it could not be delivered. */
  FAILURE,
  /** When the delivery takes long. */
  DELAY;

  /** Reads the value of NOTIFY, in upper or lower case; empty if it is wrong. */
  public static Optional<Set<Notify>> parse(Bytes value) {
    EnumSet<Notify> found = EnumSet.noneOf(Notify.class);
    for (String word : value.toString().toUpperCase(Locale.ROOT).split(",", -1)) {
      switch (word) {
        case "NEVER" -> found.add(NEVER);
        case "SUCCESS" -> found.add(SUCCESS);
        case "FAILURE" -> found.add(FAILURE);
        case "DELAY" -> found.add(DELAY);
        default -> {
          return Optional.empty();
        }
      }
    }
    boolean contradicts = found.contains(NEVER) && found.size() > 1;
    return contradicts ? Optional.empty() : Optional.of(Set.copyOf(found));
  }
}
