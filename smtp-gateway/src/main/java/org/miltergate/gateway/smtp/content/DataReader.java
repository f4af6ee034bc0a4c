package org.miltergate.gateway.smtp.content;

import java.io.IOException;
import org.miltergate.config.BareNewlines;
import org.miltergate.gateway.smtp.io.ClientGoneException;
import org.miltergate.gateway.smtp.io.ClientInput;
import org.miltergate.gateway.smtp.io.ClientTimeoutException;
import org.miltergate.gateway.smtp.io.Pace;
import org.miltergate.milter.bytes.ByteSearch;

/**
 * Reads the content of one message, from the 354 to CRLF "." CRLF, and consumes nothing after that.
 *
 * <p>Only CRLF ends a line. The dot of a line is removed only after a CRLF (and on the first line),
 * and the message ends only at CRLF "." CRLF; {@code <LF>.<CRLF>}, {@code <CR>.<CR>} and the like
 * are content. What to do with a bare CR or LF is a setting: the message is refused, or each
 * becomes CRLF. Refused messages are read to their end, so that no part of them can be executed as
 * commands.
 *
 * <p>For clients of {@link BareNewlines#ACCEPT} LF ends a line as CRLF does, also before and after
 * the dot. If a message is not refused for it, several CRs before an LF are one line end: two would
 * make an empty line, which ends a header.
 *
 * <p>Not thread-safe; used by the session's thread for one message.
 *
 * @see "RFC 5321 2.3.8, 4.1.1.4, 4.5.2"
 */
public final class DataReader {
  private static final byte[] CRLF = {'\r', '\n'};

  /** The reader's position in a line; kept from one buffer to the next. */
  private enum State {
    /** After CRLF, or at the very first byte. */
    LINE_START,
    /** After a dot at the start of a line; the dot is taken off. */
    DOT,
    /** After a dot and CR at the start of a line; the CR was not passed on yet. */
    DOT_CR,
    /** Within a line. */
    TEXT,
    /** After a CR; it was not passed on yet. */
    CR,
    /** After the end of the message. */
    END
  }

  private final ClientInput input;
  private final BareNewlines bareNewlines;
  private final boolean lineFeedEnds;
  private final ContentSink content;
  private State state = State.LINE_START;

  /** The number of CRs before the current byte. */
  private int carriageReturns;

  // The buffer while it is worked through.
  private byte[] bytes = {};
  private int limit;
  private int at;

  /** The first byte that belongs to the content and was not passed on. */
  private int from;

  public DataReader(ClientInput input, BareNewlines bareNewlines, ContentSink content) {
    this.input = input;
    this.bareNewlines = bareNewlines;
    this.lineFeedEnds = bareNewlines == BareNewlines.ACCEPT;
    this.content = content;
  }

  /**
   * Reads to the end of the message; the sink knows the result.
   *
   * @throws ClientTimeoutException if the time of {@code pace} runs out
   * @throws ClientGoneException if the connection ended before the message did
   */
  public void read(Pace pace) throws IOException {
    input.widen();
    while (true) {
      scan();
      if (state == State.END) {
        input.shrink();
        return;
      }
      if (!input.fill(pace.deadline())) {
        throw new ClientGoneException("the client closed the connection within a message", null);
      }
      pace.took(input.available());
    }
  }

  /** Processes what is buffered; stops after the end of the message. */
  private void scan() {
    bytes = input.array();
    limit = input.limit();
    at = input.position();
    from = at;
    while (at < limit && state != State.END) {
      switch (state) {
        case LINE_START -> lineStart();
        case TEXT -> text();
        case CR -> behindCr();
        case DOT -> behindDot();
        case DOT_CR -> behindDotAndCr();
        case END -> throw new IllegalStateException("read after the end of the message");
      }
    }
    passOn(at);
    input.takeTo(at);
  }

  private void lineStart() {
    if (bytes[at] == '.') {
      passOn(at);
      skip();
      state = State.DOT;
    } else {
      state = State.TEXT;
    }
  }

  private void text() {
    do {
      at = ByteSearch.indexOfLineEnd(bytes, at, limit);
      if (at + 1 >= limit || bytes[at] != '\r' || bytes[at + 1] != '\n') {
        behindText();
        return;
      }
      at += CRLF.length; // whole lines are passed on in one piece
    } while (at < limit && bytes[at] != '.');
    state = State.LINE_START;
  }

  /** At the end of the buffer, at a CR whose LF is not in it, or at a bare CR or LF. */
  private void behindText() {
    if (at < limit) {
      passOn(at);
      if (bytes[at] == '\r') {
        state = State.CR;
        carriageReturns = 1;
      } else {
        bareNewline();
        state = lineFeedEnds ? State.LINE_START : State.TEXT;
      }
      skip();
    }
  }

  private void behindCr() {
    if (bytes[at] == '\n') {
      content.write(CRLF, 0, CRLF.length);
      skip();
      state = State.LINE_START;
    } else if (bytes[at] == '\r' && bareNewlines != BareNewlines.REJECT) {
      skip();
      carriageReturns++;
    } else {
      bareCarriageReturns();
    }
  }

  private void behindDot() {
    if (bytes[at] == '\r') {
      skip();
      state = State.DOT_CR;
      carriageReturns = 1;
    } else if (bytes[at] == '\n' && lineFeedEnds) {
      skip();
      state = State.END;
    } else {
      state = State.TEXT;
    }
  }

  private void behindDotAndCr() {
    if (bytes[at] == '\n') {
      skip();
      state = State.END;
    } else if (bytes[at] == '\r' && bareNewlines != BareNewlines.REJECT) {
      skip();
      carriageReturns++;
      state = lineFeedEnds ? State.DOT_CR : State.CR;
    } else {
      bareCarriageReturns();
    }
  }

  /** Passes on what lies between the last such place and {@code end}. */
  private void passOn(int end) {
    content.write(bytes, from, end - from);
    from = end;
  }

  /** Drops the current byte. */
  private void skip() {
    at++;
    from = at;
  }

  /** No LF follows those that were left out. */
  private void bareCarriageReturns() {
    for (; carriageReturns > 0; carriageReturns--) {
      bareNewline();
    }
    state = State.TEXT;
  }

  private void bareNewline() {
    content.bareNewline(bareNewlines);
  }
}
