package org.miltergate.gateway.smtp.content;

import java.io.IOException;
import org.miltergate.config.BareNewlines;
import org.miltergate.gateway.smtp.io.ClientGoneException;
import org.miltergate.gateway.smtp.io.ClientInput;
import org.miltergate.gateway.smtp.io.ClientTimeoutException;
import org.miltergate.gateway.smtp.io.Pace;

/**
 * Reads the chunks of one message, each by its count of bytes.
 *
 * <p>Dots have no meaning here, but line ends do: a message received in chunks is sent on with
 * DATA, where a bare CR or LF next to a dot could end it early for a later server. So they are
 * treated as in {@link DataReader}, wherever a chunk ends, and a last line without an end gets one.
 *
 * <p>Not thread-safe; used by the session's thread for one message.
 *
 * @see "RFC 3030, section 2"
 */
public final class ChunkReader {
  private static final byte[] CRLF = {'\r', '\n'};

  private final ClientInput input;
  private final BareNewlines bareNewlines;
  private final ContentSink content;

  /** The number of CRs before the next byte that were not passed on yet. */
  private int carriageReturns;

  /** After at least one byte of a line, whose end has not come. */
  private boolean inLine;

  public ChunkReader(ClientInput input, BareNewlines bareNewlines, ContentSink content) {
    this.input = input;
    this.bareNewlines = bareNewlines;
    this.content = content;
  }

  /**
   * Reads exactly this many bytes, one buffer at a time.
   *
   * @throws ClientTimeoutException if the time of {@code pace} runs out
   * @throws ClientGoneException if the connection ended before; the message is then not whole
   */
  public void read(long count, Pace pace) throws IOException {
    input.widen();
    long left = count;
    while (left > 0) {
      if (input.available() == 0) {
        if (!input.fill(pace.deadline())) {
          throw new ClientGoneException("the client closed the connection within a chunk", null);
        }
        pace.took(input.available());
      }
      int piece = (int) Math.min(left, input.available());
      scan(input.array(), input.position(), input.position() + piece);
      input.takeTo(input.position() + piece);
      left -= piece;
    }
    input.shrink();
  }

  /** Handles the end of the last chunk. */
  public void finish() {
    bareCarriageReturns();
    if (inLine) {
      inLine = false;
      content.write(CRLF, 0, CRLF.length);
    }
  }

  private void scan(byte[] bytes, int start, int end) {
    int at = carriageReturns > 0 ? behindCr(bytes, start, end) : start;
    int from = at; // the first byte that was not passed on
    while (at < end) {
      int lineEnd = endOfText(bytes, at, end);
      inLine |= lineEnd > at;
      at = lineEnd;
      if (at + 1 < end && bytes[at] == '\r' && bytes[at + 1] == '\n') {
        at += 2; // whole lines are passed on in one piece
        inLine = false;
      } else if (at < end) {
        content.write(bytes, from, at - from);
        if (bytes[at] == '\r') {
          carriageReturns = 1;
          at = behindCr(bytes, at + 1, end);
        } else {
          bareNewline();
          at++;
        }
        from = at;
      }
    }
    content.write(bytes, from, end - from);
  }

  /** Consumes a CR and an LF that may follow it; returns the index after them. */
  private int behindCr(byte[] bytes, int start, int end) {
    for (int at = start; at < end; at++) {
      if (bytes[at] == '\n') {
        carriageReturns = 0;
        content.write(CRLF, 0, CRLF.length);
        inLine = false;
        return at + 1;
      }
      if (bytes[at] != '\r' || bareNewlines == BareNewlines.REJECT) {
        bareCarriageReturns();
        return at;
      }
      carriageReturns++;
    }
    return end;
  }

  /** No LF follows those that were left out. */
  private void bareCarriageReturns() {
    for (; carriageReturns > 0; carriageReturns--) {
      bareNewline();
    }
  }

  private static int endOfText(byte[] bytes, int from, int limit) {
    int at = from;
    while (at < limit && bytes[at] != '\r' && bytes[at] != '\n') {
      at++;
    }
    return at;
  }

  private void bareNewline() {
    inLine = false;
    content.bareNewline(bareNewlines);
  }
}
