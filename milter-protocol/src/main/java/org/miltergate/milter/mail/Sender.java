package org.miltergate.milter.mail;

import java.util.List;
import java.util.Objects;
import org.miltergate.milter.bytes.Bytes;

/**
 * Names the envelope sender.
 *
 * @param path as the client wrote it, with angle brackets if it did; {@code <>} is the null sender
 * @param arguments ESMTP arguments, such as {@code SIZE=1000}, as the client wrote them
 */
public record Sender(Bytes path, List<Bytes> arguments) {
  public Sender {
    Objects.requireNonNull(path, "path");
    arguments = List.copyOf(arguments);
  }

  /** Returns the address without angle brackets; no bytes for the null sender. */
  public Bytes mailbox() {
    return Mailbox.withoutBrackets(path);
  }

  /** Tells whether this is the sender of bounces, {@code <>}. */
  public boolean isNull() {
    return mailbox().isEmpty();
  }

  /** Returns the address in angle brackets, added if there are none. */
  public static Bytes angle(Bytes path) {
    return Mailbox.angle(path);
  }
}
