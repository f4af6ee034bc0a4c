package org.miltergate.milter.bytes;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;

/**
 * Holds bytes as an immutable value: two values are equal if their bytes are. Values are ordered by
 * the first byte that differs, as unsigned numbers from 0 to 255; the order keeps a hash map fast
 * when a peer chooses keys that collide.
 *
 * <p>A {@link #slice} shares the storage of the original, so that parts of a large message are not
 * copied; it also keeps the original reachable.
 *
 * <p>Immutable and thread-safe.
 */
public final class Bytes implements Comparable<Bytes> {
  public static final Bytes EMPTY = new Bytes(new byte[0], 0, 0);

  private final byte[] data;
  private final int from;
  private final int length;

  private Bytes(byte[] data, int from, int length) {
    this.data = data;
    this.from = from;
    this.length = length;
  }

  public static Bytes copyOf(byte[] source) {
    return copyOf(source, 0, source.length);
  }

  /**
   * Copies {@code length} bytes of {@code source}, starting at {@code offset}.
   *
   * @throws IndexOutOfBoundsException if {@code source} does not have them
   */
  public static Bytes copyOf(byte[] source, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, source.length);
    return length == 0
        ? EMPTY
        : new Bytes(Arrays.copyOfRange(source, offset, offset + length), 0, length);
  }

  /** Copies the remaining bytes of {@code source}, whose position does not change. */
  public static Bytes copyOf(ByteBuffer source) {
    if (!source.hasRemaining()) {
      return EMPTY;
    }
    byte[] copy = new byte[source.remaining()];
    source.get(source.position(), copy);
    return new Bytes(copy, 0, copy.length);
  }

  /**
   * Takes each char as one byte (ISO 8859-1), the reverse of {@link #toString}.
   *
   * @throws IllegalArgumentException if a char is above U+00FF
   */
  public static Bytes ofLatin1(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0xff) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT, "char U+%04X at %d is above U+00FF", (int) text.charAt(i), i));
      }
    }
    byte[] data = text.getBytes(StandardCharsets.ISO_8859_1);
    return data.length == 0 ? EMPTY : new Bytes(data, 0, data.length);
  }

  public static Bytes ofUtf8(String text) {
    byte[] data = text.getBytes(StandardCharsets.UTF_8);
    return data.length == 0 ? EMPTY : new Bytes(data, 0, data.length);
  }

  public int length() {
    return length;
  }

  public boolean isEmpty() {
    return length == 0;
  }

  /**
   * Returns the byte at {@code index}, counted from 0.
   *
   * @throws IndexOutOfBoundsException if there is none
   */
  public byte at(int index) {
    return data[from + Objects.checkIndex(index, length)];
  }

  /**
   * Returns the bytes from {@code start} up to, but not including, {@code end}, without copying
   * them.
   *
   * @throws IndexOutOfBoundsException if the range is not within these bytes
   */
  public Bytes slice(int start, int end) {
    Objects.checkFromToIndex(start, end, length);
    if (start == 0 && end == length) {
      return this;
    }
    return start == end ? EMPTY : new Bytes(data, from + start, end - start);
  }

  /** Returns the bytes from {@code start} to the end, without copying them. */
  public Bytes slice(int start) {
    return slice(start, length);
  }

  /** Returns the index of the first such byte at or after {@code start}, or -1 if there is none. */
  public int indexOf(int value, int start) {
    for (int i = Math.max(start, 0); i < length; i++) {
      if (data[from + i] == (byte) value) {
        return i;
      }
    }
    return -1;
  }

  public boolean startsWith(Bytes prefix) {
    return prefix.length <= length
        && Arrays.equals(
            data,
            from,
            from + prefix.length,
            prefix.data,
            prefix.from,
            prefix.from + prefix.length);
  }

  public Bytes concat(Bytes other) {
    if (isEmpty()) {
      return other;
    }
    if (other.isEmpty()) {
      return this;
    }
    byte[] joined =
        Arrays.copyOfRange(data, from, Math.addExact(from, Math.addExact(length, other.length)));
    System.arraycopy(other.data, other.from, joined, length, other.length);
    return new Bytes(joined, 0, joined.length);
  }

  /**
   * Compares without regard to ASCII case: A to Z equal a to z, all other bytes must be the same.
   */
  public boolean equalsIgnoreAsciiCase(Bytes other) {
    if (length != other.length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (lower(data[from + i]) != lower(other.data[other.from + i])) {
        return false;
      }
    }
    return true;
  }

  private static int lower(byte value) {
    return value >= 'A' && value <= 'Z' ? value + ('a' - 'A') : value;
  }

  public byte[] toArray() {
    return Arrays.copyOfRange(data, from, from + length);
  }

  /** Returns a read-only view, position 0, limit {@link #length}. */
  public ByteBuffer toBuffer() {
    return ByteBuffer.wrap(data, from, length).slice().asReadOnlyBuffer();
  }

  /**
   * Appends these bytes to {@code target}.
   *
   * @throws java.nio.BufferOverflowException if they do not fit
   */
  public void putTo(ByteBuffer target) {
    target.put(data, from, length);
  }

  public void writeTo(OutputStream target) throws IOException {
    target.write(data, from, length);
  }

  /**
   * Copies the bytes from {@code start} up to, but not including, {@code end} into {@code target}
   * at {@code at}.
   */
  public void copyTo(int start, int end, byte[] target, int at) {
    Objects.checkFromToIndex(start, end, length);
    System.arraycopy(data, from + start, target, at, end - start);
  }

  @Override
  public int compareTo(Bytes other) {
    return Arrays.compareUnsigned(
        data, from, from + length, other.data, other.from, other.from + other.length);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes that
        && Arrays.equals(data, from, from + length, that.data, that.from, that.from + that.length);
  }

  @Override
  public int hashCode() {
    int hash = 1;
    for (int i = from; i < from + length; i++) {
      hash = 31 * hash + data[i];
    }
    return hash;
  }

  /** Returns one char per byte (ISO 8859-1); for logs and tests. */
  @Override
  public String toString() {
    return new String(data, from, length, StandardCharsets.ISO_8859_1);
  }

  /** Decodes the bytes as UTF-8; malformed sequences become U+FFFD. For logs and people only. */
  public String toUtf8String() {
    return new String(data, from, length, StandardCharsets.UTF_8);
  }
}
