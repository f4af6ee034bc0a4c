package org.miltergate.gateway.relay;

import java.io.IOException;
import java.io.OutputStream;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Envelope;
import org.miltergate.milter.mail.MailMessage;

/** Looks for bytes that are no ASCII in what is written to it. */
public final class EightBitFinder extends OutputStream {
  private boolean found;

  private EightBitFinder() {}

  /** Returns whether an address of the envelope is not ASCII. */
  public static boolean isIn(Envelope envelope) {
    return isIn(envelope.sender().path())
        || envelope.recipients().stream().anyMatch(recipient -> isIn(recipient.path()));
  }

  /** Returns whether there is such a byte. */
  public static boolean isIn(Bytes text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.at(i) < 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns whether there is such a byte in a message; reads all of it.
   *
   * @throws IOException if the message cannot be read
   */
  public static boolean isIn(MailMessage message) throws IOException {
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
