package org.miltergate.milter.mail;

import org.miltergate.milter.bytes.Bytes;

/**
 * Edits the header fields of one message, all in one list.
 *
 * <p>Our own Received field is not in the list: its place is after the first {@code above} fields.
 * Not thread-safe; use from one thread at a time.
 */
final class HeaderEditor {
  private final HeaderBlock aboveBefore;
  private final HeaderBlock headerBefore;

  /** Created at the first edit. */
  private final FieldList fields = new FieldList();

  private int above;
  private boolean touched;

  HeaderEditor(HeaderBlock aboveReceived, HeaderBlock header) {
    aboveBefore = aboveReceived;
    headerBefore = header;
    above = aboveReceived.fields().size();
  }

  /** Returns the fields for a change to one of them. */
  private FieldList open() {
    if (!touched) {
      touched = true;
      aboveBefore.fields().forEach(fields::add);
      headerBefore.fields().forEach(fields::add);
    }
    return fields;
  }

  void add(HeaderField field) {
    open().add(field);
  }

  void insert(long index, HeaderField field) {
    if (index <= above) {
      open().insert((int) index, field);
      above++;
    } else {
      // One less, as our own Received counts and is not in the list.
      open().insert((int) Math.min(index - 1, open().size()), field);
    }
  }

  void change(Bytes name, long index, HeaderField replacement) {
    int at = open().indexOf(name, Math.max(index, 1));
    if (at < 0) {
      add(replacement);
    } else {
      open().replace(at, replacement);
    }
  }

  void delete(Bytes name, long index) {
    int at = open().indexOf(name, Math.max(index, 1));
    if (at >= 0) {
      open().remove(at);
      above -= at < above ? 1 : 0;
    }
  }

  /** Returns whether there was an edit, even one that changed nothing. */
  boolean touched() {
    return touched;
  }

  HeaderBlock aboveReceived() {
    return HeaderBlock.of(fields.subList(0, above));
  }

  HeaderBlock header() {
    return HeaderBlock.of(fields.subList(above, fields.size()));
  }
}
