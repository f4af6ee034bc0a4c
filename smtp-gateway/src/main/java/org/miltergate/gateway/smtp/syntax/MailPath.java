package org.miltergate.gateway.smtp.syntax;

import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Mailbox;

/**
 * The address of a MAIL or RCPT command. Milters are shown it as it was written; the next hop gets
 * it as {@link #sent()}.
 *
 * @param asWritten with angle brackets if the client wrote them; a source route is dropped
 * @param localPart as written, quotes included; empty for {@code <>}
 * @param domain as written, without a dot at its end; empty for {@code <>} and {@code <postmaster>}
 */
public record MailPath(Bytes asWritten, Bytes localPart, Bytes domain) {
  private static final Bytes POSTMASTER = Bytes.ofLatin1("postmaster");

  static final MailPath NULL = new MailPath(Bytes.ofLatin1("<>"), Bytes.EMPTY, Bytes.EMPTY);

  public boolean isNull() {
    return localPart.isEmpty();
  }

  /** Returns the address without brackets; empty for {@code <>}. */
  public Bytes mailbox() {
    boolean bracketed = asWritten.at(0) == '<';
    return bracketed ? asWritten.slice(1, asWritten.length() - 1) : asWritten;
  }

  /** Returns the address as the next hop gets it. */
  Bytes sent() {
    return Mailbox.sent(asWritten);
  }

  /** Returns whether this is the one recipient that needs no domain. */
  public boolean isPostmaster() {
    return domain.isEmpty() && Mailbox.unquoted(localPart).equalsIgnoreAsciiCase(POSTMASTER);
  }

  /**
   * Returns whether the local part may name a third host ({@code a%b}, {@code b!a}, {@code "a@b"}),
   * which some servers relay to.
   */
  public boolean isRouted() {
    return localPart.indexOf('%', 0) >= 0
        || localPart.indexOf('!', 0) >= 0
        || localPart.indexOf('@', 0) >= 0;
  }

  public boolean isAscii() {
    for (int i = 0; i < asWritten.length(); i++) {
      if (asWritten.at(i) < 0) {
        return false;
      }
    }
    return true;
  }
}
