package org.miltergate.gateway.smtp.content;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.miltergate.milter.body.MemoryUsedUpException;
import org.miltergate.milter.mail.HeaderTooLargeException;
import org.miltergate.milter.mail.MessageContent;
import org.miltergate.milter.mail.MessageParser;

/**
 * Parses a message while it is read, and counts its bytes.
 *
 * <p>The first fault is kept; from then on nothing is stored. Not thread-safe; used by the
 * session's thread.
 */
public final class ContentCollector implements ContentSink, Closeable {
  private final MessageParser parser;
  private final long maxBytes;
  private long length;
  private @Nullable ContentFault fault;

  /**
   * @param parser closed with this
   * @param maxBytes limit for the whole message, without stuffed dots and the final one
   */
  public ContentCollector(MessageParser parser, long maxBytes) {
    this.parser = parser;
    this.maxBytes = maxBytes;
  }

  @Override
  public void write(byte[] bytes, int offset, int count) {
    if (count == 0) {
      return;
    }
    length += count;
    if (fault != null) {
      return;
    }
    if (length > maxBytes) {
      fail(new ContentFault.TooLarge());
      return;
    }
    try {
      parser.append(bytes, offset, count);
    } catch (IOException e) {
      fail(faultOf(e));
    }
  }

  @Override
  public void refuseForBareNewline() {
    if (fault == null) {
      fail(new ContentFault.BareNewline());
    }
  }

  private void fail(ContentFault reason) {
    fault = reason;
    parser.close();
  }

  private static ContentFault faultOf(IOException e) {
    return switch (e) {
      case HeaderTooLargeException tooLarge -> new ContentFault.HeaderTooLarge(tooLarge.limit());
      case MemoryUsedUpException usedUp -> new ContentFault.NoMemory();
      default -> new ContentFault.Unstorable(e);
    };
  }

  /** Returns the number of bytes received, whether or not they were stored. */
  public long length() {
    return length;
  }

  /** Ends the message; empty if there is a {@link #fault}. The caller owns the body. */
  public Optional<MessageContent> finish() {
    if (fault == null) {
      try {
        return Optional.of(parser.finish());
      } catch (IOException e) {
        fail(faultOf(e));
      }
    }
    return Optional.empty();
  }

  public Optional<ContentFault> fault() {
    return Optional.ofNullable(fault);
  }

  /** Drops what was stored, unless {@link #finish} has handed it over. */
  @Override
  public void close() {
    parser.close();
  }
}
