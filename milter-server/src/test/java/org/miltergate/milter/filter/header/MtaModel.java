package org.miltergate.milter.filter.header;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.Reply;
import org.miltergate.milter.wire.Reply.Modification;

/**
 * How an MTA keeps the header of a message while a milter edits it: what stands in its memory, not
 * what it shows.
 */
abstract class MtaModel {
  static final RawField OWN_RECEIVED =
      new RawField(Bytes.ofLatin1("Received"), Bytes.ofLatin1(" by mta.test"));

  final List<Entry> entries = new ArrayList<>();

  /** One field; without a value it is a deleted one, or a place that is not filled. */
  static final class Entry {
    final Bytes name;
    @Nullable Bytes value;
    final boolean isVisible;

    Entry(Bytes name, @Nullable Bytes value, boolean isVisible) {
      this.name = name;
      this.value = value;
      this.isVisible = isVisible;
    }

    boolean isNamed(Bytes other) {
      return name.equalsIgnoreAsciiCase(other);
    }
  }

  void apply(List<Modification> packets) {
    for (Modification packet : packets) {
      switch (packet) {
        case Reply.AddHeader(Bytes name, Bytes value) -> add(name, value);
        case Reply.InsertHeader(int index, Bytes name, Bytes value) -> insert(index, name, value);
        case Reply.ChangeHeader(int index, Bytes name, Bytes value) -> change(index, name, value);
        default -> throw new IllegalArgumentException("no edit of a header: " + packet);
      }
    }
  }

  abstract void add(Bytes name, Bytes value);

  abstract void insert(int index, Bytes name, Bytes value);

  abstract void change(int index, Bytes name, Bytes value);

  /** Returns what is delivered, with the MTA's own Received field. */
  List<RawField> delivered() {
    List<RawField> fields = new ArrayList<>();
    for (Entry entry : entries) {
      Bytes value = entry.value;
      if (value != null) {
        fields.add(new RawField(entry.name, value));
      }
    }
    return fields;
  }

  /** Returns what the next milter sees. */
  List<RawField> shown() {
    List<RawField> fields = new ArrayList<>();
    for (Entry entry : entries) {
      Bytes value = entry.value;
      if (entry.isVisible && value != null) {
        fields.add(new RawField(entry.name, value));
      }
    }
    return fields;
  }

  /** "postfix src/cleanup/cleanup_milter.c": records of a file; what is deleted is gone. */
  static final class Postfix extends MtaModel {
    /**
     * @param above fields that an earlier milter put above Postfix's own Received
     */
    Postfix(List<RawField> fields, int above) {
      fields.forEach(field -> entries.add(new Entry(field.name(), field.value(), true)));
      entries.add(above, new Entry(OWN_RECEIVED.name(), OWN_RECEIVED.value(), false));
    }

    @Override
    void add(Bytes name, Bytes value) {
      entries.add(new Entry(name, value, true));
    }

    @Override
    void insert(int index, Bytes name, Bytes value) {
      int at = (int) Math.min(Integer.toUnsignedLong(index), entries.size());
      entries.add(at, new Entry(name, value, true));
    }

    @Override
    void change(int index, Bytes name, Bytes value) {
      int left = Math.max(index, 1);
      for (int i = 0; i < entries.size(); i++) {
        Entry entry = entries.get(i);
        if (entry.isVisible && entry.isNamed(name) && --left == 0) {
          entries.remove(i);
          if (!value.isEmpty()) {
            entries.add(i, new Entry(name, value, true));
          }
          return;
        }
      }
      if (!value.isEmpty()) {
        add(name, value);
      }
    }
  }

  /**
   * "sendmail src/milter.c, src/headers.c": a linked list that begins with the places of the
   * standard configuration; what is deleted keeps its place until the next milter.
   */
  static final class Sendmail extends MtaModel {
    private static final List<String> PLACES =
        Arrays.asList(
            "Return-Path",
            "Received",
            "Resent-Date",
            "Date",
            "Resent-From",
            "From",
            "Full-Name",
            "Resent-Message-Id",
            "Message-Id");

    /**
     * @param above as in {@link Postfix}
     */
    Sendmail(List<RawField> fields, int above) {
      for (String place : PLACES) {
        boolean own = place.equals("Received");
        entries.add(new Entry(Bytes.ofLatin1(place), own ? OWN_RECEIVED.value() : null, false));
      }
      fields
          .subList(above, fields.size())
          .forEach(field -> entries.add(new Entry(field.name(), field.value(), true)));
      for (int i = above - 1; i >= 0; i--) {
        insert(0, fields.get(i).name(), fields.get(i).value());
      }
    }

    @Override
    void add(Bytes name, Bytes value) {
      for (Entry entry : entries) {
        if (entry.isNamed(name)
            && !entry.isVisible
            && !entry.name.toString().toLowerCase(Locale.ROOT).equals("received")) {
          entry.value = value;
          return;
        }
      }
      int at = 0;
      while (at < entries.size() && !entries.get(at).isNamed(name)) {
        at++;
      }
      entries.add(at, new Entry(name, value, true));
    }

    @Override
    void insert(int index, Bytes name, Bytes value) {
      int at = index < 0 ? 0 : Math.min(index, entries.size() - 1);
      entries.add(at + 1, new Entry(name, value, true));
    }

    @Override
    void change(int index, Bytes name, Bytes value) {
      int left = index;
      for (Entry entry : entries) {
        if (entry.isVisible && entry.isNamed(name) && --left <= 0) {
          entry.value = value.isEmpty() ? null : value;
          return;
        }
      }
      if (!value.isEmpty()) {
        add(name, value);
      }
    }
  }
}
