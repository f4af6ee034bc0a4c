package org.miltergate.gateway.bounce;

import java.util.Set;
import org.miltergate.gateway.relay.MailOption;

/** What a bounce requires of later servers; declared to the next hop. */
public enum BounceForm {
  /** Nothing: ASCII throughout, if necessary by returning only the header, encoded. */
  ASCII(Set.of()),

  /** The returned message has bytes above 127, unchanged. */
  EIGHT_BIT(Set.of(MailOption.EIGHT_BIT_MIME)),

  /** Addresses in UTF-8, also in the header (RFC 6533). */
  INTERNATIONAL(Set.of(MailOption.EIGHT_BIT_MIME, MailOption.SMTPUTF8));

  private final Set<MailOption> options;

  BounceForm(Set<MailOption> options) {
    this.options = options;
  }

  Set<MailOption> options() {
    return options;
  }

  /** Returns the encoding of parts whose bytes are copied. */
  String encoding() {
    return this == ASCII ? "7bit" : "8bit";
  }
}
