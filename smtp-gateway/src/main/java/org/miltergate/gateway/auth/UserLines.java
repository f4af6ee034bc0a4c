package org.miltergate.gateway.auth;

import java.io.IOException;
import java.util.Locale;
import org.miltergate.config.auth.PasswordHash;

/** Reads lines {@code name:hash}. Blank lines, and those that begin with {@code #}, are skipped. */
final class UserLines {
  static final int MAX_LINE_CHARS = 1024;
  static final int MAX_USERS = 100_000;

  private UserLines() {}

  /**
   * Reads all lines.
   *
   * @param origin for messages, which name the line and contain no hash
   * @throws IOException if a line is malformed or there are too many
   */
  static UserTable parse(String origin, String text) throws IOException {
    UserTable.Builder users = new UserTable.Builder();
    int number = 0;
    int count = 0;
    for (String line : (Iterable<String>) text.lines()::iterator) {
      number++;
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      try {
        count++;
        add(users, line, count);
      } catch (IllegalArgumentException e) {
        throw new IOException(
            String.format(Locale.ROOT, "%s, line %d: %s", origin, number, e.getMessage()), e);
      }
    }
    return users.build();
  }

  private static void add(UserTable.Builder users, String line, int count) {
    int colon = line.indexOf(':');
    if (line.length() > MAX_LINE_CHARS || colon < 0) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "write name:hash, at most %d characters", MAX_LINE_CHARS));
    }
    if (count > MAX_USERS) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "more than %d users", MAX_USERS));
    }
    users.add(line.substring(0, colon), PasswordHash.parse(line.substring(colon + 1).strip()));
  }
}
