package org.miltergate.milter.filter.header;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.miltergate.milter.bytes.Bytes;

/**
 * Finds which fields of an old header can stay in a new one, unchanged or with another value, so
 * that the fewest packets are needed.
 *
 * <p>A field that stays unchanged saves two packets, one that gets another value saves one: without
 * it, the old field is deleted and the new one inserted.
 */
final class HeaderAlignment {
  /** Above this many pairs of fields, only the common beginning and end are looked for. */
  private static final int MAX_CELLS = 1 << 20;

  private static final int SAME = 2;
  private static final int CHANGED = 1;

  private final int[] before;
  private final int[] after;
  private final int[] beforeNames;
  private final int[] afterNames;
  private final boolean[] canBeValue;

  HeaderAlignment(List<RawField> before, List<RawField> after) {
    Map<RawField, Integer> fields = new HashMap<>();
    Map<Bytes, Integer> names = new HashMap<>();
    this.before = numbers(before, fields);
    this.after = numbers(after, fields);
    this.beforeNames = numbers(before.stream().map(RawField::name).toList(), names);
    this.afterNames = numbers(after.stream().map(RawField::name).toList(), names);
    this.canBeValue = new boolean[after.size()];
    for (int i = 0; i < canBeValue.length; i++) {
      // CHGHEADER with an empty value deletes.
      canBeValue[i] = !after.get(i).valueWithoutLeadingSpace().isEmpty();
    }
  }

  private static <T> int[] numbers(List<T> values, Map<T, Integer> known) {
    int[] numbers = new int[values.size()];
    int i = 0;
    for (T value : values) {
      Integer next = known.size();
      Integer old = known.putIfAbsent(value, next);
      numbers[i++] = old == null ? next : old;
    }
    return numbers;
  }

  private int saved(int newIndex, int oldIndex) {
    if (after[newIndex] == before[oldIndex]) {
      return SAME;
    }
    return afterNames[newIndex] == beforeNames[oldIndex] && canBeValue[newIndex] ? CHANGED : 0;
  }

  /**
   * Returns, for each new field, the index of the old field that becomes it, or -1; the indexes
   * increase. New fields may be inserted anywhere.
   */
  int[] anywhere() {
    int same = commonBeginning();
    int end = commonEnd(same);
    int[] match = ends(same, end);
    int rows = after.length - same - end;
    int columns = before.length - same - end;
    if ((long) rows * columns > MAX_CELLS) {
      return match;
    }
    int[][] best = new int[rows + 1][columns + 1];
    for (int i = 1; i <= rows; i++) {
      for (int s = 1; s <= columns; s++) {
        int pair = saved(same + i - 1, same + s - 1);
        int kept = pair == 0 ? 0 : best[i - 1][s - 1] + pair;
        best[i][s] = Math.max(kept, Math.max(best[i - 1][s], best[i][s - 1]));
      }
    }
    int i = rows;
    int s = columns;
    while (i > 0 && s > 0) {
      if (best[i][s] == best[i - 1][s]) {
        i--; // of several ways, the one that inserts as low as possible
      } else if (best[i][s] == best[i][s - 1]) {
        s--;
      } else {
        match[same + --i] = same + --s;
      }
    }
    return match;
  }

  /**
   * Returns the same, but the new fields with an old one stand beside each other: others can only
   * be inserted above or below all of them.
   */
  int[] together() {
    if ((long) after.length * before.length > MAX_CELLS) {
      int same = commonBeginning();
      int end = commonEnd(same);
      if (same + end == after.length) {
        return ends(same, end);
      }
      return same >= end ? ends(same, 0) : ends(0, end);
    }
    int[][] previous = new int[after.length][before.length];
    int[] last = new int[before.length];
    int most = 0;
    int mostNew = -1;
    int mostOld = -1;
    for (int i = 0; i < after.length; i++) {
      int[] current = new int[before.length];
      int best = 0;
      int bestOld = -1;
      for (int s = 0; s < before.length; s++) {
        int pair = saved(i, s);
        if (pair > 0) {
          current[s] = pair + best;
          previous[i][s] = bestOld;
          if (current[s] > most) {
            most = current[s];
            mostNew = i;
            mostOld = s;
          }
        }
        if (last[s] > best) {
          best = last[s];
          bestOld = s;
        }
      }
      last = current;
    }
    int[] match = none();
    while (mostOld >= 0) {
      match[mostNew] = mostOld;
      mostOld = previous[mostNew][mostOld];
      mostNew--;
    }
    return match;
  }

  private int[] none() {
    int[] match = new int[after.length];
    Arrays.fill(match, -1);
    return match;
  }

  /** Returns the match of so many first and last fields. */
  private int[] ends(int beginning, int end) {
    int[] match = none();
    for (int i = 0; i < beginning; i++) {
      match[i] = i;
    }
    for (int i = 1; i <= end; i++) {
      match[after.length - i] = before.length - i;
    }
    return match;
  }

  private int commonBeginning() {
    int most = Math.min(before.length, after.length);
    int same = 0;
    while (same < most && before[same] == after[same]) {
      same++;
    }
    return same;
  }

  private int commonEnd(int beginning) {
    int most = Math.min(before.length, after.length) - beginning;
    int same = 0;
    while (same < most && before[before.length - 1 - same] == after[after.length - 1 - same]) {
      same++;
    }
    return same;
  }
}
