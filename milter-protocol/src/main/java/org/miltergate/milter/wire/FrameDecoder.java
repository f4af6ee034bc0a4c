package org.miltergate.milter.wire;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Optional;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.MalformedPacketException.Kind;

/**
 * Splits a stream of bytes into frames.
 *
 * <pre>
 * uint32 length, big-endian: letter and payload, so at least 1
 * uint8  letter
 * byte   payload[length - 1]
 * </pre>
 *
 * <p>The limit is checked before anything is copied. No memory is allocated for a length that was
 * only announced.
 *
 * <p>Immutable and thread-safe.
 */
public final class FrameDecoder {
  static final int LENGTH_BYTES = 4;
  static final int LETTER_BYTES = 1;

  /** The result for an incomplete frame. */
  static final int INCOMPLETE = -1;

  private final int maxFrameBytes;

  /**
   * Creates a decoder with a size limit.
   *
   * @param maxFrameBytes largest length word that is accepted, which includes the letter: one more
   *     than the largest payload; at least 1
   */
  public FrameDecoder(int maxFrameBytes) {
    if (maxFrameBytes < LETTER_BYTES) {
      throw new IllegalArgumentException("maxFrameBytes is " + maxFrameBytes + ", must be above 0");
    }
    this.maxFrameBytes = maxFrameBytes;
  }

  /**
   * Returns the next frame, or empty if {@code in} does not contain a complete one.
   *
   * <p>The position moves to after the frame; it does not change if the result is empty or an
   * exception.
   *
   * @throws MalformedPacketException if the length is 0 or above the limit
   */
  public Optional<Frame> decode(ByteBuffer in) throws MalformedPacketException {
    int length = wholeFrame(in);
    if (length == INCOMPLETE) {
      return Optional.empty();
    }
    int start = in.position() + LENGTH_BYTES;
    byte letter = in.get(start);
    Bytes payload = Bytes.copyOf(in.slice(start + LETTER_BYTES, length - LETTER_BYTES));
    in.position(start + length);
    return Optional.of(new Frame(letter, payload));
  }

  /**
   * Marks the end of the stream.
   *
   * @param rest the bytes that {@link #decode} left over
   * @throws MalformedPacketException if bytes are left over, which are then part of a packet
   */
  public void end(ByteBuffer rest) throws MalformedPacketException {
    int got = rest.remaining();
    if (got == 0) {
      return;
    }
    if (got < LENGTH_BYTES) {
      throw new MalformedPacketException(
          Kind.EOF_IN_PACKET,
          String.format(
              Locale.ROOT, "stream ended inside a frame length, after %d of 4 bytes", got));
    }
    throw new MalformedPacketException(
        Kind.EOF_IN_PACKET,
        String.format(
            Locale.ROOT,
            "stream ended inside a frame, after %d of %d bytes",
            got - LENGTH_BYTES,
            length(rest)));
  }

  /** Returns the length word of a complete frame, or {@link #INCOMPLETE}. */
  int wholeFrame(ByteBuffer in) throws MalformedPacketException {
    if (in.remaining() < LENGTH_BYTES) {
      return INCOMPLETE;
    }
    long length = length(in);
    if (length == 0) {
      throw new MalformedPacketException(Kind.BAD_LENGTH, "frame length is 0, must be at least 1");
    }
    if (isTooLong(in)) {
      throw tooLong(in, length);
    }
    return in.remaining() - LENGTH_BYTES < length ? INCOMPLETE : (int) length;
  }

  boolean isTooLong(ByteBuffer in) {
    return length(in) > maxFrameBytes;
  }

  private MalformedPacketException tooLong(ByteBuffer in, long length) {
    String message =
        String.format(Locale.ROOT, "frame length is %d bytes, limit is %d", length, maxFrameBytes);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < LENGTH_BYTES; i++) {
      byte octet = in.get(in.position() + i);
      if (octet < ' ' || octet > '~') {
        return new MalformedPacketException(Kind.TOO_LONG, message);
      }
      text.append((char) octet);
    }
    return new MalformedPacketException(
        Kind.BAD_LENGTH,
        message + "; its bytes are the text '" + text + "', so another service seems to answer");
  }

  static long length(ByteBuffer in) {
    return Integer.toUnsignedLong(PayloadReader.bigEndian(in, in.position()));
  }
}
