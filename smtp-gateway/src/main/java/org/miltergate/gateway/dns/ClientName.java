package org.miltergate.gateway.dns;

import java.util.Objects;

/**
 * The name of an SMTP client's address, and how far it can be trusted.
 *
 * <p>Immutable.
 *
 * @param name what the address's own record says, and the forward lookup confirms; {@link #UNKNOWN}
 *     otherwise
 * @param pointer what the address's own record says, confirmed or not; {@link #UNKNOWN} if there is
 *     none
 * @see "postfix src/smtpd/smtpd_peer.c"
 */
public record ClientName(String name, String pointer, Status status) {
  /** Stands for a name that is not known, as with Postfix and Sendmail. */
  public static final String UNKNOWN = "unknown";

  /** The name was not looked up. */
  public static final ClientName NONE = unknown(Status.FAIL);

  /** How the lookup went; the values of the macro {@code {client_resolve}}. */
  public enum Status {
    /** The address has a name, and the name has the address. */
    OK,
    /** There is no name. */
    FAIL,
    /** The DNS gave no answer in time. */
    TEMP,
    /** The address has a name, which has other addresses. */
    FORGED
  }

  public ClientName {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(pointer, "pointer");
    Objects.requireNonNull(status, "status");
  }

  /** Returns a name that was confirmed. */
  public static ClientName verified(String name) {
    return new ClientName(name, name, Status.OK);
  }

  /** Returns what is known when the address has no name. */
  public static ClientName unknown(Status why) {
    return new ClientName(UNKNOWN, UNKNOWN, why);
  }

  /** Returns what is known when the address has a name that was not confirmed. */
  public static ClientName unconfirmed(String pointer, Status why) {
    return new ClientName(UNKNOWN, pointer, why);
  }

  /** Returns whether there is a confirmed name. */
  public boolean isKnown() {
    return !name.equals(UNKNOWN);
  }
}
