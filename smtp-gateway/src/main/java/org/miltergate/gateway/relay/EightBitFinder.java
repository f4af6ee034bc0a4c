package org.miltergate.gateway.relay;

import java.io.IOException;
import java.io.OutputStream;
import org.miltergate.milter.mail.MailMessage;

/** Looks for bytes that are no ASCII in what is written to it. */
final class EightBitFinder extends OutputStream {
  private boolean found;

  private EightBitFinder() {}

  /**
   * Tells whether there is such a byte in a message; reads all of it.
   *
   * @throws IOException if the message cannot be read
   */
  static boolean isIn(MailMessage message) throws IOException {
    try (EightBitFinder finder = new EightBitFinder()) {
      message.writeTo(finder);
      return finder.found;
    }
  }

  @Override
  public void write(int octet) {
    found |= (octet & 0x80) != 0;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    for (int i = offset; i < offset + length && !found; i++) {
      found = bytes[i] < 0;
    }
  }
}
