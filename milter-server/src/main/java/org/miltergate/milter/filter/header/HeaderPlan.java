package org.miltergate.milter.filter.header;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.Reply;
import org.miltergate.milter.wire.Reply.Modification;

/**
 * Turns the difference between two headers into the shortest list of packets that makes one out of
 * the other.
 *
 * <p>Values are changed first, as long as all numbers are those of the old header; then fields are
 * deleted, the last first, since Postfix counts on without a deleted field and Sendmail with it;
 * then fields are inserted. A field keeps the spelling of its name, since Sendmail would not change
 * it.
 *
 * @see "postfix src/cleanup/cleanup_milter.c; sendmail src/milter.c and src/headers.c"
 */
public final class HeaderPlan {
  /** Beyond the end of any header, for both MTAs; unlike ADDHEADER, whatever names there are. */
  private static final int END = Integer.MAX_VALUE;

  /** Fields that Sendmail has a place for and fills it if the client sent none. */
  private static final Set<String> SENDMAILS_OWN =
      Set.of(
          "return-path",
          "date",
          "from",
          "full-name",
          "message-id",
          "resent-date",
          "resent-from",
          "resent-message-id");

  private final List<RawField> before;
  private final List<RawField> after;
  private final int[] match;
  private final boolean[] stays;
  private final List<Modification> packets = new ArrayList<>();

  /** The names in the header, deleted ones too, since Sendmail still sees them. */
  private final Set<String> names = new HashSet<>();

  private HeaderPlan(List<RawField> before, List<RawField> after, int[] match) {
    this.before = before;
    this.after = after;
    this.match = match;
    this.stays = new boolean[before.size()];
    for (int old : match) {
      if (old >= 0) {
        stays[old] = true;
      }
    }
    before.forEach(field -> names.add(field.key()));
  }

  /**
   * Returns the packets, in order; their values begin with the blank after the colon.
   *
   * <p>With {@link HeaderNumbering#ANY_MTA}, a field that Sendmail would add itself (From, Date,
   * Message-ID and a few others) and that the old header lacks gets the place that the MTA gives
   * it, since elsewhere Sendmail would add another.
   *
   * <p>Old headers times new headers of more than a million pairs are compared at their ends only;
   * then the list may be longer than necessary.
   */
  public static List<Modification> of(
      List<RawField> before, List<RawField> after, HeaderNumbering numbering) {
    HeaderAlignment alignment = new HeaderAlignment(before, after);
    return switch (numbering) {
      case ANY_MTA -> {
        HeaderPlan plan = new HeaderPlan(before, after, alignment.together());
        plan.changeAndDelete();
        plan.insertAroundTheRest();
        yield List.copyOf(plan.packets);
      }
      case POSTFIX -> {
        HeaderPlan plan = new HeaderPlan(before, after, alignment.anywhere());
        plan.changeAndDelete();
        plan.insertInPlace();
        yield List.copyOf(plan.packets);
      }
    };
  }

  private void changeAndDelete() {
    int[] numbers = new int[before.size()];
    Map<String, Integer> counts = new HashMap<>();
    for (int old = 0; old < numbers.length; old++) {
      numbers[old] = counts.merge(before.get(old).key(), 1, Integer::sum);
    }
    for (int i = 0; i < match.length; i++) {
      if (match[i] >= 0 && !after.get(i).equals(before.get(match[i]))) {
        packets.add(
            new Reply.ChangeHeader(
                numbers[match[i]], before.get(match[i]).name(), after.get(i).value()));
      }
    }
    for (int old = numbers.length - 1; old >= 0; old--) {
      if (!stays[old]) {
        packets.add(new Reply.ChangeHeader(numbers[old], before.get(old).name(), Bytes.EMPTY));
      }
    }
  }

  /** Those above from below to above, so that each is inserted at the top; then those below. */
  private void insertAroundTheRest() {
    int first = firstStaying();
    int top = first < 0 ? 0 : first;
    int fresh = freshOnes(top);
    boolean belowReceived = !before.isEmpty() && !stays[0];
    for (int i = top - 1; i >= 0; i--) {
      // Old fields come back below the MTA's own Received field, where they were.
      insertAt(i >= fresh && belowReceived ? 1 : 0, after.get(i));
    }
    int end = top;
    while (end < match.length && match[end] >= 0) {
      end++;
    }
    for (int i = end; i < match.length; i++) {
      insertAt(END, after.get(i));
    }
  }

  private int firstStaying() {
    for (int i = 0; i < match.length; i++) {
      if (match[i] >= 0) {
        return i;
      }
    }
    return -1;
  }

  /** Returns how many fields at the top are none of the old header. */
  private int freshOnes(int limit) {
    Set<RawField> old = new HashSet<>(before);
    int fresh = 0;
    while (fresh < limit && !old.contains(after.get(fresh))) {
      fresh++;
    }
    return fresh;
  }

  private void insertAt(int index, RawField field) {
    boolean isNewName = names.add(field.key());
    // Sendmail puts an added field before the first of its name, also before its own Received.
    boolean canBeAdded = isNewName && !field.key().equals("received");
    if (canBeAdded && (index == END || SENDMAILS_OWN.contains(field.key()))) {
      packets.add(new Reply.AddHeader(field.name(), field.value()));
    } else {
      packets.add(new Reply.InsertHeader(index, field.name(), field.value()));
    }
  }

  private void insertInPlace() {
    int first = firstStaying();
    int present = (int) Arrays.stream(match).filter(old -> old >= 0).count();
    for (int i = 0; i < match.length; i++) {
      if (match[i] >= 0) {
        continue;
      }
      RawField field = after.get(i);
      if (i == present) {
        packets.add(new Reply.AddHeader(field.name(), field.value()));
      } else {
        // Below a field that stays, Postfix counts its own Received field as well.
        int index = i < first ? i : i + 1;
        packets.add(new Reply.InsertHeader(index, field.name(), field.value()));
      }
      present++;
    }
  }
}
