package org.miltergate.milter.wire;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.MalformedPacketException.Kind;

/**
 * Cuts a byte stream into frames: a length of 4 bytes, big-endian, then a letter and its payload.
 * The length counts the letter, so it is never 0.
 */
final class Frames {
  private Frames() {}

  /**
   * Returns the letter and payload of the next frame as a view, or empty if {@code in} does not
   * hold all of it; then nothing is consumed.
   *
   * @throws MalformedPacketException if the length is 0 or above {@code maxFrameBytes}
   */
  static Optional<ByteBuffer> next(ByteBuffer in, int maxFrameBytes)
      throws MalformedPacketException {
    if (in.remaining() < Integer.BYTES) {
      return Optional.empty();
    }
    long length = Integer.toUnsignedLong(in.getInt(in.position()));
    if (length == 0) {
      throw new MalformedPacketException(Kind.BAD_LENGTH, "frame length is 0, must be at least 1");
    }
    if (length > maxFrameBytes) {
      throw new MalformedPacketException(
          Kind.BAD_LENGTH,
          "frame length is %d bytes, limit is %d%s"
              .formatted(length, maxFrameBytes, guess(Bytes.copyOf(in.slice(in.position(), 4)))));
    }
    if (in.remaining() < Integer.BYTES + length) {
      return Optional.empty();
    }
    ByteBuffer frame = in.slice(in.position() + Integer.BYTES, (int) length);
    in.position(in.position() + Integer.BYTES + (int) length);
    return Optional.of(frame);
  }

  /** Says so if the length is text: another service listens there. */
  private static String guess(Bytes length) {
    for (int i = 0; i < length.length(); i++) {
      if (length.at(i) < ' ' || length.at(i) > '~') {
        return "";
      }
    }
    return "; it reads \"" + length + "\", so this seems to be another service than a milter";
  }

  /**
   * Says that the stream has ended.
   *
   * @throws MalformedPacketException if {@code rest} holds the beginning of a frame
   */
  static void end(ByteBuffer rest) throws MalformedPacketException {
    if (rest.hasRemaining()) {
      throw new MalformedPacketException(
          Kind.EOF_IN_PACKET,
          "the stream ends in the middle of a packet, after %d of its bytes"
              .formatted(rest.remaining()));
    }
  }
}
