package org.miltergate.milter.filter.stream;

/** Breaks long lines; a CR counts as the beginning of a line end. */
final class LineLengthTransform implements ByteTransform {
  private static final int LONGEST_CHARACTER = 4;

  private final int maxBytes;
  private int column;

  LineLengthTransform(int maxBytes) {
    if (maxBytes < LONGEST_CHARACTER) {
      throw new IllegalArgumentException(
          "lines must have room for " + LONGEST_CHARACTER + " bytes, limit is " + maxBytes);
    }
    this.maxBytes = maxBytes;
  }

  @Override
  public void next(int octet, Output out) {
    if (octet == '\r' || octet == '\n') {
      column = 0;
      out.write(octet);
      return;
    }
    if (column + characterBytes(octet) > maxBytes) {
      out.write('\r');
      out.write('\n');
      column = 0;
    }
    out.write(octet);
    column++;
  }

  /** Returns how many bytes the character has that begins so, or 1 inside a character. */
  private static int characterBytes(int octet) {
    if (octet < 0xc0) {
      return 1;
    }
    return octet < 0xe0 ? 2 : octet < 0xf0 ? 3 : LONGEST_CHARACTER;
  }
}
