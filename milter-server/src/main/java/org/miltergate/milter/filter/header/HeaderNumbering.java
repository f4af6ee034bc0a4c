package org.miltergate.milter.filter.header;

/**
 * How the MTA counts header fields, which decides by which packets a field reaches its place.
 *
 * <p>Both MTAs count the fields of a name alike for CHGHEADER, until one is deleted: Postfix counts
 * on without it, Sendmail with it. For INSHEADER, Postfix counts all fields and its own Received;
 * Sendmail counts those that it may add itself as well, about nine, so that only the top and the
 * end of the header can be reached.
 */
public enum HeaderNumbering {
  /**
   * Packets that mean the same to Postfix and to Sendmail.
   *
   * <p>A field between others costs more: what is above it is deleted and inserted again.
   */
  ANY_MTA,

  /** Packets for Postfix, and for Miltergate, which counts as Postfix does. */
  POSTFIX;

  /**
   * Returns how the MTA counts that calls itself so.
   *
   * @param version value of the macro {@code v}, such as {@code Postfix 3.7.11} or {@code 8.17.1};
   *     empty if the MTA did not send it
   */
  public static HeaderNumbering of(String version) {
    return version.startsWith("Postfix") || version.startsWith("Miltergate") ? POSTFIX : ANY_MTA;
  }
}
