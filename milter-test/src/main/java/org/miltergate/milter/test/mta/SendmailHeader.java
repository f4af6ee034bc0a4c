package org.miltergate.milter.test.mta;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Edit;
import org.miltergate.milter.mail.HeaderBlock;
import org.miltergate.milter.mail.HeaderField;

/**
 * A header as Sendmail keeps it while one milter edits it: positions count Sendmail's own fields,
 * most of which nobody sees; a deleted field keeps its number; an added one goes before the first
 * of its name.
 *
 * <p>Measured with Sendmail 8.17.1: of the positions from 1 on, the first eight are directly below
 * its own Received.
 */
final class SendmailHeader {
  private static final int UNSEEN_SLOTS = 7;
  private static final long LARGEST_INDEX = 0xffff_ffffL;

  /** One place; no field in those that are Sendmail's own. */
  private static final class Slot {
    final boolean own;
    final boolean received;
    HeaderField field;
    boolean deleted;

    Slot(HeaderField field, boolean own, boolean received) {
      this.field = field;
      this.own = own;
      this.received = received;
    }

    boolean isNamed(Bytes name) {
      return !own && field.isNamed(name);
    }
  }

  private static final HeaderField NOTHING =
      HeaderField.of(Bytes.ofLatin1("X"), Bytes.ofLatin1(" "));

  private final List<Slot> slots = new ArrayList<>();

  SendmailHeader(HeaderBlock above, HeaderBlock below) {
    above.fields().forEach(field -> slots.add(visible(field)));
    slots.add(new Slot(NOTHING, true, true));
    for (int i = 0; i < UNSEEN_SLOTS; i++) {
      slots.add(new Slot(NOTHING, true, false));
    }
    below.fields().forEach(field -> slots.add(visible(field)));
  }

  private static Slot visible(HeaderField field) {
    return new Slot(field, false, false);
  }

  /** Applies an edit of a header; returns whether it is one. */
  boolean apply(Edit edit) {
    switch (edit) {
      case Edit.AddHeader(HeaderField field) -> add(field);
      case Edit.InsertHeader(long index, HeaderField field) -> insert(index, field);
      case Edit.ChangeHeader(Bytes name, long index, HeaderField field) ->
          change(name, index, field);
      case Edit.DeleteHeader(Bytes name, long index) -> delete(name, index);
      case Edit.ReplaceBody e -> {
        return false;
      }
      case Edit.AddRecipient e -> {
        return false;
      }
      case Edit.DeleteRecipient e -> {
        return false;
      }
      case Edit.ChangeSender e -> {
        return false;
      }
      case Edit.Quarantine e -> {
        return false;
      }
    }
    return true;
  }

  private void add(HeaderField field) {
    for (int i = 0; i < slots.size(); i++) {
      if (slots.get(i).isNamed(field.name())) {
        slots.add(i, visible(field));
        return;
      }
    }
    slots.add(visible(field));
  }

  private void insert(long index, HeaderField field) {
    long at = index == LARGEST_INDEX ? 0 : Math.min(index, slots.size()); // a signed -1
    slots.add((int) at, visible(field));
  }

  private void change(Bytes name, long index, HeaderField field) {
    Slot slot = find(name, index);
    if (slot == null) {
      add(field);
      return;
    }
    Bytes raw = field.raw();
    slot.field = HeaderField.ofRaw(slot.field.name().concat(raw.slice(field.name().length())));
    slot.deleted = false;
  }

  private void delete(Bytes name, long index) {
    Slot slot = find(name, index);
    if (slot != null) {
      slot.deleted = true;
    }
  }

  private @Nullable Slot find(Bytes name, long index) {
    long wanted = index == LARGEST_INDEX ? 1 : Math.max(index, 1);
    for (Slot slot : slots) {
      if (slot.isNamed(name) && --wanted == 0) {
        return slot;
      }
    }
    return null;
  }

  List<HeaderField> aboveReceived() {
    List<HeaderField> fields = new ArrayList<>();
    for (Slot slot : slots) {
      if (slot.received) {
        return fields;
      }
      addVisible(slot, fields);
    }
    return fields;
  }

  List<HeaderField> belowReceived() {
    List<HeaderField> fields = new ArrayList<>();
    boolean below = false;
    for (Slot slot : slots) {
      if (below) {
        addVisible(slot, fields);
      }
      below |= slot.received;
    }
    return fields;
  }

  private static void addVisible(Slot slot, List<HeaderField> fields) {
    if (!slot.own && !slot.deleted) {
      fields.add(slot.field);
    }
  }
}
