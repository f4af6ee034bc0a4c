package org.miltergate.milter.filter;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.miltergate.milter.body.Body;
import org.miltergate.milter.bytes.Bytes;

/**
 * The body of a message as the client sent it, which can be read any number of times until the
 * filter has decided.
 */
public final class MessageBody {
  private static final int CHUNK_BYTES = 65535;

  private final Body stored;
  private final boolean truncated;

  MessageBody(Body stored, boolean truncated) {
    this.stored = stored;
    this.truncated = truncated;
  }

  /** Returns the length in bytes, of what is there. */
  public long length() {
    return stored.length();
  }

  /** Returns whether the body was longer than the filter's limit and only its beginning is here. */
  public boolean isTruncated() {
    return truncated;
  }

  /**
   * Opens the body; several streams may be open at once. Lines end in CRLF.
   *
   * @return a stream that needs no close
   */
  public InputStream open() {
    return new InputStream() {
      private long offset;

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] target, int start, int length) throws IOException {
        Objects.checkFromIndexSize(start, length, target.length);
        if (length == 0) {
          return 0;
        }
        if (offset == stored.length()) {
          return -1;
        }
        Bytes chunk = stored.chunk(offset, Math.min(length, CHUNK_BYTES));
        chunk.copyTo(0, chunk.length(), target, start);
        offset += chunk.length();
        return chunk.length();
      }
    };
  }

  /**
   * Returns the whole body as text, bytes that are not UTF-8 replaced; for short bodies.
   *
   * @param maxBytes where to stop
   */
  public String text(int maxBytes) throws IOException {
    return new String(open().readNBytes(maxBytes), StandardCharsets.UTF_8);
  }
}
