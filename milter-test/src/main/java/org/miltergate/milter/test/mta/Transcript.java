package org.miltergate.milter.test.mta;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.PacketText;
import org.miltergate.milter.wire.Reply;

/**
 * What was said on one connection, as text: {@code C:} from the MTA, {@code S:} from the milter,
 * {@code C!} and {@code S!} for what is no packet, {@code #} for remarks.
 *
 * <p>Lines of more than 400 characters are cut, and of more than 10,000 lines the first are kept.
 * Thread-safe.
 */
final class Transcript {
  private static final int LONGEST_LINE = 400;
  private static final int MOST_LINES = 10_000;

  private final List<String> lines = new ArrayList<>();
  private long dropped;

  Transcript() {}

  void sent(Command command) {
    add("C: " + PacketText.write(command));
  }

  void received(Reply reply) {
    add("S: " + PacketText.write(reply));
  }

  /** Notes what the MTA did that is no packet. */
  void did(String act) {
    add("C! " + act);
  }

  /** Notes what the milter did that is no packet. */
  void suffered(String act) {
    add("S! " + act);
  }

  void remark(String text) {
    add("# " + text);
  }

  private synchronized void add(String line) {
    if (lines.size() == MOST_LINES) {
      dropped++;
      return;
    }
    lines.add(
        line.length() <= LONGEST_LINE
            ? line
            : String.format(
                Locale.ROOT,
                "%s... # cut, %d characters",
                line.substring(0, LONGEST_LINE),
                line.length()));
  }

  /** Returns the lines so far. */
  public synchronized List<String> lines() {
    return List.copyOf(lines);
  }

  /** Returns the last lines, at most {@code count}. */
  synchronized String tail(int count) {
    int from = Math.max(0, lines.size() - count);
    String before = from == 0 ? "" : "# " + from + " lines before\n";
    return before + String.join("\n", lines.subList(from, lines.size()));
  }

  /** Returns the whole text; each line ends in LF. */
  @Override
  public synchronized String toString() {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(line).append('\n'));
    if (dropped > 0) {
      text.append("# and ").append(dropped).append(" more lines\n");
    }
    return text.toString();
  }
}
