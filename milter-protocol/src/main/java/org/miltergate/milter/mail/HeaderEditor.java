package org.miltergate.milter.mail;

import java.util.ArrayList;
import java.util.List;
import org.miltergate.milter.bytes.Bytes;

/**
 * Edits the header fields of one message, all in one list.
 *
 * <p>Our own Received field is in none: it lies, unseen, behind the first {@code above} fields.
 * Confined to one thread.
 */
final class HeaderEditor {
  private final List<HeaderField> fields;
  private int above;
  private boolean touched;

  HeaderEditor(HeaderBlock aboveReceived, HeaderBlock header) {
    fields = new ArrayList<>(aboveReceived.fields());
    fields.addAll(header.fields());
    above = aboveReceived.fields().size();
  }

  void add(HeaderField field) {
    fields.add(field);
    touched = true;
  }

  void insert(long index, HeaderField field) {
    if (index <= above) {
      fields.add((int) index, field);
      above++;
    } else {
      // One less, as our own Received counts and is not in the list.
      fields.add((int) Math.min(index - 1, fields.size()), field);
    }
    touched = true;
  }

  void change(Bytes name, long index, HeaderField replacement) {
    int at = find(name, index);
    if (at < 0) {
      add(replacement);
    } else {
      fields.set(at, replacement);
      touched = true;
    }
  }

  void delete(Bytes name, long index) {
    int at = find(name, index);
    if (at >= 0) {
      fields.remove(at);
      above -= at < above ? 1 : 0;
      touched = true;
    }
  }

  /** Returns the position of the {@code index}-th field of that name, counted from 1, or -1. */
  private int find(Bytes name, long index) {
    long left = Math.max(index, 1);
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).isNamed(name)) {
        left--;
        if (left == 0) {
          return i;
        }
      }
    }
    return -1;
  }

  boolean touched() {
    return touched;
  }

  HeaderBlock aboveReceived() {
    return blockOf(fields.subList(0, above));
  }

  HeaderBlock header() {
    return blockOf(fields.subList(above, fields.size()));
  }

  /** Each field can stand before and behind others then. */
  static HeaderBlock blockOf(List<HeaderField> fields) {
    return HeaderBlock.of(
        fields.stream().map(HeaderField::asField).map(HeaderField::completed).toList());
  }
}
