package org.miltergate.milter.mail;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import org.miltergate.milter.bytes.Bytes;

/**
 * Turns every bare LF and bare CR into CRLF, in a stream split anywhere, and ends the last line.
 *
 * <p>For the pieces of {@code SMFIR_REPLBODY}, which have either kind of line end and may lack the
 * last one. Empty input stays empty.
 *
 * <p>Not thread-safe; use from one thread at a time.
 */
public final class CrlfNormalizer {
  private static final byte[] CRLF = {'\r', '\n'};

  private final OutputStream target;

  /** A CR was read and not yet written: the next byte decides. */
  private boolean pendingReturn;

  private boolean inLine;

  /** Writes to {@code target}, which is never closed. */
  public CrlfNormalizer(OutputStream target) {
    this.target = Objects.requireNonNull(target, "target");
  }

  /** Converts the next bytes. */
  public void write(Bytes data) throws IOException {
    write(data.toArray(), 0, data.length());
  }

  /** Converts the next bytes. */
  public void write(byte[] data, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, data.length);
    int end = offset + count;
    int start = offset;
    if (pendingReturn && start < end) {
      pendingReturn = false;
      if (data[start] == '\n') {
        start++;
      }
      endLine();
    }
    // Long runs are written at once; only a wrong line end splits one.
    for (int i = start; i < end; i++) {
      if (data[i] == '\r' && i + 1 < end && data[i + 1] == '\n') {
        i++;
        inLine = false;
      } else if (data[i] == '\r' || data[i] == '\n') {
        target.write(data, start, i - start);
        start = i + 1;
        if (data[i] == '\r' && start == end) {
          pendingReturn = true;
        } else {
          endLine();
        }
      } else {
        inLine = true;
      }
    }
    if (start < end) {
      target.write(data, start, end - start);
    }
  }

  /** Ends the last line if it has no line end. */
  public void finish() throws IOException {
    if (pendingReturn || inLine) {
      pendingReturn = false;
      endLine();
    }
  }

  private void endLine() throws IOException {
    target.write(CRLF);
    inLine = false;
  }
}
