package org.miltergate.milter.mail;

import java.util.List;
import java.util.Objects;
import org.miltergate.milter.bytes.Bytes;

/**
 * An envelope recipient.
 *
 * @param path as the client wrote it, with or without angle brackets
 * @param arguments ESMTP arguments, such as {@code NOTIFY=NEVER}, as the client wrote them
 */
public record Recipient(Bytes path, List<Bytes> arguments) {
  public Recipient {
    Objects.requireNonNull(path, "path");
    arguments = List.copyOf(arguments);
  }

  /** Returns the address without angle brackets. */
  public Bytes mailbox() {
    return Mailbox.withoutBrackets(path);
  }

  /**
   * Returns whether this is the same mailbox: local parts are compared with regard to case, domains
   * without.
   */
  public boolean sameMailbox(Bytes other) {
    return Mailbox.same(path, other);
  }

  /** Returns the address in angle brackets, added if there are none. */
  public static Bytes angle(Bytes path) {
    return Mailbox.angle(path);
  }
}
