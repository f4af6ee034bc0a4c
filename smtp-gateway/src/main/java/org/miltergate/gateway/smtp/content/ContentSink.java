package org.miltergate.gateway.smtp.content;

import org.miltergate.config.BareNewlines;

/**
 * Takes the content of a message as it is read.
 *
 * <p>Never fails: what goes wrong is kept, and what follows is thrown away, since the rest of the
 * message has to be read all the same.
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

  /** Says that the message holds a bare CR or LF and is to be refused for it. */
  void refuseForBareNewline();

  /** Does with a bare CR or LF what the setting says. */
  default void bareNewline(BareNewlines setting) {
    switch (setting) {
      case REJECT -> refuseForBareNewline();
      case NORMALIZE, ACCEPT -> write(new byte[] {'\r', '\n'}, 0, 2);
    }
  }
}
