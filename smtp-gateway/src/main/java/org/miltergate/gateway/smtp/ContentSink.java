package org.miltergate.gateway.smtp;

/**
 * Takes the content of a message as it is read.
 *
 * <p>Never fails: what goes wrong is kept, and what follows is thrown away, since the rest of the
 * message has to be read all the same.
 */
interface ContentSink {
  void write(byte[] bytes, int offset, int length);

  /** Says that the message holds a bare CR or LF and is to be refused for it. */
  void refuseForBareNewline();
}
