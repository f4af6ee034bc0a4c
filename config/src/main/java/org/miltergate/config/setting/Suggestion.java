package org.miltergate.config.setting;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the word that was meant. */
public final class Suggestion {
  private static final int MAX_LENGTH = 64;

  private Suggestion() {}

  /**
   * Returns what of {@code known} comes closest to {@code got}: the same except for case and the
   * additional parts of Postfix's names, or with at most a third of the letters different.
   */
  static Optional<String> closest(String got, Collection<String> known) {
    if (got.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    String plain = plain(got);
    return known.stream()
        .filter(word -> isClose(plain, word))
        .min(Comparator.comparingInt(word -> distance(plain, word)));
  }

  /** Returns {@code ; did you mean 'word'?}, or nothing if no word comes close. */
  static String suffix(String got, Collection<String> known) {
    return closest(got, known).map(word -> "; did you mean '" + word + "'?").orElse("");
  }

  private static boolean isClose(String got, String word) {
    int allowed = Math.max(1, word.length() / 3);
    return Math.abs(got.length() - word.length()) <= allowed && distance(got, word) <= allowed;
  }

  /** Postfix's {@code smtpd_recipient_limit} is {@code recipients} here, and so on. */
  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT)
        .replace('_', '-')
        .replaceFirst("^(?:milter|smtpd|smtp)-", "")
        .replaceFirst("-limit$", "");
  }

  /** Insertions, deletions, changes and swaps of neighbours. */
  static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      cost[i][0] = i;
    }
    for (int j = 0; j <= b.length(); j++) {
      cost[0][j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      for (int j = 1; j <= b.length(); j++) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        cost[i][j] =
            Math.min(Math.min(cost[i - 1][j], cost[i][j - 1]) + 1, cost[i - 1][j - 1] + change);
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
      }
    }
    return cost[a.length()][b.length()];
  }
}
