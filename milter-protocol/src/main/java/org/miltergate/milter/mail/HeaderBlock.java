package org.miltergate.milter.mail;

import java.io.IOException;
import java.io.OutputStream;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;
import org.miltergate.milter.bytes.Bytes;

/**
 * Holds the header fields of a message in their order.
 *
 * <p>They are kept in one array, with the offset of each: a field of four bytes takes eight bytes
 * of memory.
 *
 * <p>Immutable and thread-safe; two are equal if their bytes are.
 */
public final class HeaderBlock {
  public static final HeaderBlock EMPTY = new HeaderBlock(Bytes.EMPTY, new int[0]);

  private final Bytes bytes;

  /** Where each field begins. */
  private final int[] starts;

  /** Takes fields in normal form; the array is not copied. */
  HeaderBlock(Bytes bytes, int[] starts) {
    this.bytes = bytes;
    this.starts = starts;
  }

  /**
   * Joins fields to a header.
   *
   * @throws ArithmeticException if they are longer than 2 GiB
   */
  public static HeaderBlock of(List<HeaderField> fields) {
    if (fields.isEmpty()) {
      return EMPTY;
    }
    int[] starts = new int[fields.size()];
    int length = 0;
    int count = 0;
    for (HeaderField field : fields) {
      starts[count++] = length;
      length = Math.addExact(length, field.raw().length());
    }
    byte[] joined = new byte[length];
    int at = 0;
    for (HeaderField field : fields) {
      field.raw().copyTo(0, field.raw().length(), joined, at);
      at += field.raw().length();
    }
    return new HeaderBlock(Bytes.copyOf(joined), starts);
  }

  /** Returns the fields; each is created when it is read. */
  public List<HeaderField> fields() {
    return new Fields();
  }

  public boolean isEmpty() {
    return starts.length == 0;
  }

  /** Returns the length of all fields in bytes, without the empty line after them. */
  public long length() {
    return bytes.length();
  }

  /** Returns all fields, without the empty line after them. */
  public Bytes toBytes() {
    return bytes;
  }

  /** Writes all fields, without the empty line after them, in one write. */
  public void writeTo(OutputStream out) throws IOException {
    bytes.writeTo(out);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HeaderBlock that && bytes.equals(that.bytes);
  }

  @Override
  public int hashCode() {
    return bytes.hashCode();
  }

  /** Returns one char per byte; for tests. */
  @Override
  public String toString() {
    return bytes.toString();
  }

  private final class Fields extends AbstractList<HeaderField> implements RandomAccess {
    @Override
    public HeaderField get(int index) {
      int end = index + 1 < starts.length ? starts[index + 1] : bytes.length();
      return HeaderField.ofNormal(bytes.slice(starts[index], end));
    }

    @Override
    public int size() {
      return starts.length;
    }
  }

  /** Collects where fields begin. */
  static final class Starts {
    private static final int FIRST = 16;

    private int[] starts = new int[FIRST];
    private int count;

    void add(int start) {
      if (count == starts.length) {
        starts = Arrays.copyOf(starts, 2 * count);
      }
      starts[count++] = start;
    }

    int count() {
      return count;
    }

    HeaderBlock of(Bytes bytes) {
      return count == 0 ? EMPTY : new HeaderBlock(bytes, Arrays.copyOf(starts, count));
    }
  }
}
