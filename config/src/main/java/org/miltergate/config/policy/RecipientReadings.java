package org.miltergate.config.policy;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What a recipient may mean to later servers: the mailbox as written, and every mailbox that its
 * local part names for servers that treat it as a route.
 *
 * @see "postfix allow_percent_hack, swap_bangpath"
 */
final class RecipientReadings {
  /** Longer routes do not occur in practice; each reading is compared with all patterns. */
  private static final int MOST = 32;

  private RecipientReadings() {}

  /**
   * Returns the mailbox and, for {@code a%b@c}, {@code a@b}; for {@code b!a@c} and {@code "a@b"@c}
   * likewise; and the same of these.
   *
   * @param mailbox without angle brackets and quotes
   * @return empty if there are more than {@value #MOST}
   */
  static Optional<Set<String>> of(String mailbox) {
    Set<String> readings = new LinkedHashSet<>();
    add(mailbox, readings);
    return readings.size() > MOST ? Optional.empty() : Optional.of(readings);
  }

  private static void add(String mailbox, Set<String> readings) {
    if (readings.size() > MOST || !readings.add(mailbox)) {
      return;
    }
    int at = mailbox.lastIndexOf('@');
    String local = at < 0 ? mailbox : mailbox.substring(0, at);
    if (local.indexOf('@') > 0) {
      add(local, readings);
    }
    int percent = local.lastIndexOf('%');
    if (percent > 0 && percent < local.length() - 1) {
      add(local.substring(0, percent) + "@" + local.substring(percent + 1), readings);
    }
    int bang = local.indexOf('!');
    if (bang > 0 && bang < local.length() - 1) {
      add(local.substring(bang + 1) + "@" + local.substring(0, bang), readings);
    }
  }
}
