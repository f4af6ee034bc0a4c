package org.miltergate.gateway.smtp;

import org.miltergate.milter.bytes.Bytes;

/**
 * The address of a MAIL or RCPT command.
 *
 * @param asWritten with angle brackets if the client wrote them; a source route is dropped
 * @param localPart as written, quotes included; empty for {@code <>}
 * @param domain as written, without a dot at its end; empty for {@code <>} and {@code <postmaster>}
 */
record MailPath(Bytes asWritten, Bytes localPart, Bytes domain) {
  static final MailPath NULL = new MailPath(Bytes.ofLatin1("<>"), Bytes.EMPTY, Bytes.EMPTY);

  boolean isNull() {
    return localPart.isEmpty();
  }

  /** Returns the address without brackets; empty for {@code <>}. */
  Bytes mailbox() {
    boolean bracketed = asWritten.at(0) == '<';
    return bracketed ? asWritten.slice(1, asWritten.length() - 1) : asWritten;
  }

  /**
   * Tells whether the local part may name a third host ({@code a%b}, {@code b!a}, {@code "a@b"}),
   * which some servers relay to.
   */
  boolean isRouted() {
    return localPart.indexOf('%', 0) >= 0
        || localPart.indexOf('!', 0) >= 0
        || localPart.indexOf('@', 0) >= 0;
  }

  boolean isAscii() {
    for (int i = 0; i < asWritten.length(); i++) {
      if (asWritten.at(i) < 0) {
        return false;
      }
    }
    return true;
  }
}
