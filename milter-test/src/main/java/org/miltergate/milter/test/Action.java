package org.miltergate.milter.test;

import java.time.Duration;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.Reply;

/** What a scripted milter does; a {@code <} line of a script. */
sealed interface Action {

  /** Sends a reply. */
  record Send(Reply reply) implements Action {}

  /** Sends bytes that need not be a packet. */
  record Raw(Bytes bytes) implements Action {}

  /** Sends a reply in pieces, with a pause after each. */
  record Slowly(int bytes, Duration pause, Reply reply) implements Action {}

  /** Sends the first half of a reply's packet. */
  record Half(Reply reply) implements Action {}

  record Repeat(int times, Reply reply) implements Action {}

  /** Sends a reply again and again until the connection is closed. */
  record Forever(Reply reply) implements Action {}

  record Pause(Duration length) implements Action {}

  /** Continues to read, and never replies again. */
  record Stall() implements Action {}

  /** Neither reads nor replies any more. */
  record Deaf() implements Action {}

  record Close() implements Action {}

  /** Closes the connection so that the peer gets a reset, if it is TCP. */
  record Reset() implements Action {}

  /** Returns whether this must be the last action of a script. */
  default boolean isLast() {
    return switch (this) {
      case Forever a -> true;
      case Stall a -> true;
      case Deaf a -> true;
      case Close a -> true;
      case Reset a -> true;
      case Send a -> false;
      case Raw a -> false;
      case Slowly a -> false;
      case Half a -> false;
      case Repeat a -> false;
      case Pause a -> false;
    };
  }
}
