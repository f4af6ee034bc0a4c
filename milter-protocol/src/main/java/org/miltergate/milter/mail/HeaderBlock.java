package org.miltergate.milter.mail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.miltergate.milter.bytes.Bytes;

/**
 * Holds the header fields of a message in their order.
 *
 * <p>Immutable and thread-safe.
 *
 * @param fields in order, each with its own bytes
 */
public record HeaderBlock(List<HeaderField> fields) {
  public static final HeaderBlock EMPTY = new HeaderBlock(List.of());

  public HeaderBlock {
    fields = List.copyOf(fields);
  }

  public static HeaderBlock of(List<HeaderField> fields) {
    return fields.isEmpty() ? EMPTY : new HeaderBlock(fields);
  }

  public boolean isEmpty() {
    return fields.isEmpty();
  }

  /** Returns the length of all fields in bytes, the empty line behind them not counted. */
  public long length() {
    long length = 0;
    for (HeaderField field : fields) {
      length += field.raw().length();
    }
    return length;
  }

  /** Returns all fields as they came, without the empty line behind them. */
  public Bytes toBytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream(Math.toIntExact(length()));
    for (HeaderField field : fields) {
      out.writeBytes(field.raw().toArray());
    }
    return Bytes.copyOf(out.toByteArray());
  }

  /** Writes all fields as they came, without the empty line behind them; one write for each. */
  public void writeTo(OutputStream out) throws IOException {
    for (HeaderField field : fields) {
      field.raw().writeTo(out);
    }
  }
}
