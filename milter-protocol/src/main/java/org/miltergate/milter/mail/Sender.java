package org.miltergate.milter.mail;

import java.util.List;
import java.util.Objects;
import org.miltergate.milter.bytes.Bytes;

/**
 * The envelope sender.
 *
 * @param path as the client wrote it, with or without angle brackets; {@code <>} is the null sender
 * @param arguments ESMTP arguments, such as {@code SIZE=1000}, as the client wrote them
 */
public record Sender(Bytes path, List<Bytes> arguments) {
  public Sender {
    Objects.requireNonNull(path, "path");
    arguments = List.copyOf(arguments);
  }

  /** Returns the address without angle brackets; empty for the null sender. */
  public Bytes mailbox() {
    return Mailbox.withoutBrackets(path);
  }

  /** Returns whether this is the null sender, {@code <>}, as used for bounces. */
  public boolean isNull() {
    return mailbox().isEmpty();
  }

  /** Returns the address in angle brackets, added if there are none. */
  public static Bytes angle(Bytes path) {
    return Mailbox.angle(path);
  }
}
