package org.miltergate.milter.mail;

import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.miltergate.milter.body.Body;
import org.miltergate.milter.bytes.Bytes;

/**
 * Reads a message from its parts, without a copy of the whole. Closing it closes nothing.
 *
 * <p>Not thread-safe; use from one thread at a time.
 */
final class MessageInputStream extends InputStream {
  private static final int CHUNK_BYTES = 65535;

  private final Iterator<Bytes> parts;
  private final Body body;
  private Bytes current = Bytes.EMPTY;
  private int used;
  private long bodyRead;

  /**
   * @param before what comes before the body
   */
  MessageInputStream(List<Bytes> before, Body body) {
    parts = before.iterator();
    this.body = body;
  }

  @Override
  public int read() throws IOException {
    return advance() ? current.at(used++) & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    if (!advance()) {
      return -1;
    }
    int count = Math.min(length, current.length() - used);
    current.copyTo(used, used + count, target, offset);
    used += count;
    return count;
  }

  /** Makes sure that there is a byte to read; returns false at the end. */
  private boolean advance() throws IOException {
    while (used == current.length()) {
      if (parts.hasNext()) {
        current = parts.next();
      } else if (bodyRead < body.length()) {
        current = body.chunk(bodyRead, CHUNK_BYTES);
        bodyRead += current.length();
      } else {
        return false;
      }
      used = 0;
    }
    return true;
  }
}
