package org.miltergate.config.nexthop;

import java.util.Locale;

/** The protocol used with a next hop. */
public enum NextHopProtocol {
  /** RFC 5321. */
  SMTP,
  /** The same, inside TLS from the first byte. */
  SMTPS,
  /** RFC 2033: a reply for each recipient. */
  LMTP;

  /** Returns how an address begins, such as {@code lmtp}. */
  public String scheme() {
    return name().toLowerCase(Locale.ROOT);
  }
}
