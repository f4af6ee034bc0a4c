package org.miltergate.milter.wire;

/**
 * Says that bytes are no packet of the milter protocol: what was found, and what was wanted.
 *
 * <p>The only way in which a decoder refuses input, whatever the bytes.
 */
public final class MalformedPacketException extends Exception {
  private static final long serialVersionUID = 1;

  public MalformedPacketException(String message) {
    super(message);
  }
}
