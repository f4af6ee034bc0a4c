package org.miltergate.milter.mail;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.miltergate.milter.bytes.Bytes;

/**
 * A list of header fields that can be changed anywhere, and that finds the n-th field of a name
 * without a scan of all fields: a milter may make 10,000 edits, and a client may have sent hundreds
 * of thousands of fields.
 *
 * <p>The fields are kept in pieces of a few hundred; each piece counts its fields by name. Not
 * thread-safe; use from one thread at a time.
 */
final class FieldList {
  private static final int PIECE_FIELDS = 512;

  private final List<Piece> pieces = new ArrayList<>();
  private int size;

  /** A run of consecutive fields. */
  private static final class Piece {
    final List<HeaderField> fields = new ArrayList<>();
    final Map<Bytes, Integer> byName = new HashMap<>();

    void add(int index, HeaderField field) {
      fields.add(index, field);
      byName.merge(key(field.name()), 1, Integer::sum);
    }

    HeaderField remove(int index) {
      HeaderField removed = fields.remove(index);
      byName.computeIfPresent(key(removed.name()), (name, count) -> count == 1 ? null : count - 1);
      return removed;
    }

    int size() {
      return fields.size();
    }
  }

  /** A position in a piece. */
  private record Place(int piece, int index) {}

  int size() {
    return size;
  }

  void add(HeaderField field) {
    insert(size, field);
  }

  void insert(int index, HeaderField field) {
    Place place = index == size ? end() : place(index);
    Piece piece = pieces.get(place.piece());
    piece.add(place.index(), field);
    size++;
    if (piece.size() > PIECE_FIELDS && place.index() < piece.size() - 1) {
      split(place.piece());
    }
  }

  /** Returns where the next field goes; a full piece is not changed. */
  private Place end() {
    if (pieces.isEmpty() || pieces.getLast().size() >= PIECE_FIELDS) {
      pieces.add(new Piece());
    }
    return new Place(pieces.size() - 1, pieces.getLast().size());
  }

  private void split(int index) {
    Piece whole = pieces.get(index);
    Piece second = new Piece();
    int half = whole.size() / 2;
    while (whole.size() > half) {
      second.add(0, whole.remove(whole.size() - 1));
    }
    pieces.add(index + 1, second);
  }

  void replace(int index, HeaderField field) {
    Place place = place(index);
    pieces.get(place.piece()).remove(place.index());
    pieces.get(place.piece()).add(place.index(), field);
  }

  void remove(int index) {
    Place place = place(index);
    Piece piece = pieces.get(place.piece());
    piece.remove(place.index());
    size--;
    if (piece.size() == 0) {
      pieces.remove(place.piece());
    }
  }

  private Place place(int index) {
    int left = index;
    int piece = 0;
    while (left >= pieces.get(piece).size()) {
      left -= pieces.get(piece).size();
      piece++;
    }
    return new Place(piece, left);
  }

  /** Returns the index of the {@code number}-th field of a name, counted from 1, or -1. */
  int indexOf(Bytes name, long number) {
    Bytes key = key(name);
    long left = number;
    int before = 0;
    for (Piece piece : pieces) {
      int here = piece.byName.getOrDefault(key, 0);
      if (left <= here) {
        return before + indexIn(piece, name, left);
      }
      left -= here;
      before += piece.size();
    }
    return -1;
  }

  private static int indexIn(Piece piece, Bytes name, long number) {
    long left = number;
    for (int i = 0; i < piece.size(); i++) {
      if (piece.fields.get(i).isNamed(name)) {
        left--;
        if (left == 0) {
          return i;
        }
      }
    }
    throw new IllegalStateException("a piece has fewer fields of a name than it counted");
  }

  /** Returns a new list of the fields from {@code start} up to, but not including, {@code end}. */
  List<HeaderField> subList(int start, int end) {
    List<HeaderField> all = new ArrayList<>(end - start);
    int before = 0;
    for (Piece piece : pieces) {
      int from = Math.max(start - before, 0);
      int to = Math.min(end - before, piece.size());
      if (from < to) {
        all.addAll(piece.fields.subList(from, to));
      }
      before += piece.size();
    }
    return all;
  }

  /** Returns a form that is equal for names that differ in case only. */
  private static Bytes key(Bytes name) {
    int first = 0;
    while (first < name.length() && !isUpperCase(name.at(first))) {
      first++;
    }
    if (first == name.length()) {
      return name;
    }
    byte[] octets = name.toArray();
    for (int i = first; i < octets.length; i++) {
      if (isUpperCase(octets[i])) {
        octets[i] = (byte) (octets[i] + 'a' - 'A');
      }
    }
    return Bytes.copyOf(octets);
  }

  private static boolean isUpperCase(byte octet) {
    return octet >= 'A' && octet <= 'Z';
  }
}
