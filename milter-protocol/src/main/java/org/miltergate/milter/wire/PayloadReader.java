package org.miltergate.milter.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.MalformedPacketException.Kind;

/**
 * Reads the fields of one payload in order, and names the field at which it fails.
 *
 * <p>Reads at absolute positions: the buffer's own position and byte order do not matter and do not
 * change. Not thread-safe; use once, from one thread.
 */
final class PayloadReader {
  private final String direction;
  private final byte letter;
  private final ByteBuffer in;
  private final int end;
  private int at;

  /**
   * Reads from {@code start} up to, but not including, {@code end}.
   *
   * @param direction {@code command} or {@code reply}, for error texts
   */
  PayloadReader(String direction, byte letter, ByteBuffer in, int start, int end) {
    this.direction = direction;
    this.letter = letter;
    this.in = in;
    this.at = start;
    this.end = end;
  }

  static int bigEndian(ByteBuffer in, int at) {
    return in.get(at) << 24
        | (in.get(at + 1) & 0xff) << 16
        | (in.get(at + 2) & 0xff) << 8
        | (in.get(at + 3) & 0xff);
  }

  boolean hasMore() {
    return at < end;
  }

  byte octet(String field) throws MalformedPacketException {
    requireBytes(1, field);
    return in.get(at++);
  }

  int uint16(String field) throws MalformedPacketException {
    requireBytes(2, field);
    int value = (in.get(at) & 0xff) << 8 | (in.get(at + 1) & 0xff);
    at += 2;
    return value;
  }

  /** Reads an unsigned number; a value above 2^31-1 is returned as a negative int. */
  int uint32(String field) throws MalformedPacketException {
    requireBytes(4, field);
    int value = bigEndian(in, at);
    at += 4;
    return value;
  }

  /** Reads a text and the NUL after it. */
  Bytes text(String field) throws MalformedPacketException {
    for (int nul = at; nul < end; nul++) {
      if (in.get(nul) == 0) {
        Bytes text = copy(nul);
        at = nul + 1;
        return text;
      }
    }
    throw malformed(Kind.MISSING_NUL, field + " has no terminating NUL");
  }

  /** Reads a text that ends at NUL or at the end of the payload. */
  Bytes textOrRest(String field) throws MalformedPacketException {
    for (int i = at; i < end; i++) {
      if (in.get(i) == 0) {
        return text(field);
      }
    }
    return rest();
  }

  /** Reads texts up to the end of the payload; there may be none. */
  List<Bytes> texts(String field) throws MalformedPacketException {
    if (!hasMore()) {
      return List.of();
    }
    List<Bytes> texts = new ArrayList<>();
    while (hasMore()) {
      texts.add(text(field));
    }
    return texts;
  }

  /** Reads one text, or none if the payload ends here. */
  List<Bytes> optionalText(String field) throws MalformedPacketException {
    return hasMore() ? List.of(text(field)) : List.of();
  }

  Bytes rest() {
    Bytes rest = copy(end);
    at = end;
    return rest;
  }

  void requireExhausted() throws MalformedPacketException {
    if (hasMore()) {
      throw malformed(
          Kind.TRAILING_BYTES,
          String.format(Locale.ROOT, "payload has %d bytes left over", end - at));
    }
  }

  MalformedPacketException malformed(Kind kind, String what) {
    return new MalformedPacketException(
        kind, "%s '%c': %s".formatted(direction, (char) letter, what));
  }

  private void requireBytes(int wanted, String field) throws MalformedPacketException {
    if (end - at < wanted) {
      throw malformed(
          Kind.SHORT_PAYLOAD,
          String.format(
              Locale.ROOT, "payload has %d bytes left, %s needs %d", end - at, field, wanted));
    }
  }

  private Bytes copy(int to) {
    return Bytes.copyOf(in.slice(at, to - at));
  }
}
