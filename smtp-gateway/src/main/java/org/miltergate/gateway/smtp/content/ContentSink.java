package org.miltergate.gateway.smtp.content;

import org.miltergate.config.BareNewlines;

/**
 * Receives the content of a message as it is read.
 *
 * <p>Never fails: the first failure is remembered, and what follows is discarded, since the rest of
 * the message must be read anyway.
 */
public interface ContentSink {
  /** Keeps nothing. */
  ContentSink NOWHERE =
      new ContentSink() {
        @Override
        public void write(byte[] bytes, int offset, int length) {
          // It was refused before it came.
        }

        @Override
        public void refuseForBareNewline() {
          // It was refused before it came.
        }
      };

  void write(byte[] bytes, int offset, int length);

  /** Marks the message as refused because it contains a bare CR or LF. */
  void refuseForBareNewline();

  /** Handles a bare CR or LF as the setting says. */
  default void bareNewline(BareNewlines setting) {
    switch (setting) {
      case REJECT -> refuseForBareNewline();
      case NORMALIZE, ACCEPT -> write(new byte[] {'\r', '\n'}, 0, 2);
    }
  }
}
