package org.miltergate.milter.body;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.miltergate.milter.bytes.Bytes;

/** A body in memory, in pieces of equal length, except for the last. */
@SuppressWarnings("ReferenceEquality") // CLOSED is one object
final class MemoryBody implements Body {
  private static final List<Bytes> CLOSED = List.of(Bytes.EMPTY);

  private final long length;
  private volatile List<Bytes> pieces;

  MemoryBody(List<Bytes> pieces) {
    this.pieces = List.copyOf(pieces);
    long sum = 0;
    for (Bytes piece : pieces) {
      sum += piece.length();
    }
    this.length = sum;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public Bytes chunk(long offset, int maxBytes) {
    List<Bytes> open = open();
    int wanted = FileBody.wanted(offset, maxBytes, length);
    if (wanted == 0) {
      return Bytes.EMPTY;
    }
    int pieceLength = open.get(0).length();
    int index = (int) (offset / pieceLength);
    int start = (int) (offset % pieceLength);
    Bytes first = open.get(index);
    if (wanted <= first.length() - start) {
      return first.slice(start, start + wanted);
    }
    byte[] joined = new byte[wanted];
    int filled = 0;
    while (filled < wanted) {
      Bytes piece = open.get(index++);
      int part = Math.min(wanted - filled, piece.length() - start);
      piece.copyTo(start, start + part, joined, filled);
      filled += part;
      start = 0;
    }
    return Bytes.copyOf(joined);
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    for (Bytes piece : open()) {
      piece.writeTo(out);
    }
  }

  private List<Bytes> open() {
    List<Bytes> open = pieces;
    if (open == CLOSED) {
      throw new IllegalStateException("body is closed");
    }
    return open;
  }

  @Override
  public void close() {
    if (length > 0) {
      pieces = CLOSED;
    }
  }
}
