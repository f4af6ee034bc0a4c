package org.miltergate.gateway.dns;

import java.io.IOException;

/** No host is known that takes mail for a domain. */
public final class MxLookupException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Why there is none. */
  public enum Reason {
    /** The domain says that it takes no mail (RFC 7505); SMTP's {@code 556 5.1.10}. */
    NULL_MX,
    /** There is no such domain; {@code 550 5.1.2}. */
    NO_SUCH_DOMAIN,
    /** The domain, or what it names, has no address; {@code 550 5.4.4}. */
    NO_ADDRESS,
    /** The DNS gave no answer in time; {@code 450 4.4.3}. */
    NO_ANSWER
  }

  private final Reason reason;

  MxLookupException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }

  /** Returns whether another try would have the same outcome. */
  public boolean isPermanent() {
    return reason != Reason.NO_ANSWER;
  }
}
