package org.miltergate.milter.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.miltergate.milter.bytes.Bytes;

/**
 * Collects encoded packets for one write.
 *
 * <p>Starts with 512 bytes and grows as needed; {@link #clear} shrinks it if it is above 4096, so
 * that an idle session holds little. Not thread-safe; use from one thread at a time.
 */
public final class PacketBuffer {
  private static final int INITIAL_BYTES = 512;
  private static final int KEPT_BYTES = 4096;

  private byte[] data = new byte[INITIAL_BYTES];
  private ByteBuffer view = ByteBuffer.wrap(data);
  private int size;

  private byte letter;
  private int start;
  private int maxPayloadBytes;

  /** Returns the number of bytes to be sent. */
  public int size() {
    return size;
  }

  /** Returns the capacity in bytes, used or not. */
  public int capacity() {
    return data.length;
  }

  /**
   * Returns the bytes to be sent, without copying them. Valid until this buffer is next changed,
   * and the same object until it grows.
   */
  public ByteBuffer toSend() {
    return view.limit(size).position(0);
  }

  /** Discards the content; if the capacity is above 4096 bytes, it is reduced to 512. */
  public void clear() {
    size = 0;
    if (data.length > KEPT_BYTES) {
      use(new byte[INITIAL_BYTES]);
    }
  }

  /**
   * Begins a packet; {@link #close} ends it.
   *
   * @param maxPayloadBytes limit for what follows the letter
   */
  void open(byte letter, int maxPayloadBytes) {
    this.letter = letter;
    this.maxPayloadBytes = maxPayloadBytes;
    start = size;
    reserve(FrameDecoder.LENGTH_BYTES + FrameDecoder.LETTER_BYTES);
    size += FrameDecoder.LENGTH_BYTES;
    data[size++] = letter;
  }

  void octet(byte value) {
    requirePayload(1);
    data[size++] = value;
  }

  void uint16(int value) {
    requirePayload(2);
    data[size++] = (byte) (value >> 8);
    data[size++] = (byte) value;
  }

  void uint32(int value) {
    requirePayload(4);
    putInt(size, value);
    size += 4;
  }

  void bytes(Bytes value) {
    requirePayload(value.length());
    value.copyTo(0, value.length(), data, size);
    size += value.length();
  }

  /** Appends a text and the NUL after it. */
  void text(Bytes value) {
    bytes(value);
    octet((byte) 0);
  }

  /** Ends the packet and writes its length. */
  void close() {
    closeBefore(0);
  }

  /** Ends the packet here; {@code missingBytes} of its payload will be sent after it. */
  void closeBefore(int missingBytes) {
    putInt(start, size - start - FrameDecoder.LENGTH_BYTES + missingBytes);
  }

  /** Makes room for a piece of payload; drops the packet if it would become too large. */
  private void requirePayload(int count) {
    long payload =
        (long) size - start - FrameDecoder.LENGTH_BYTES - FrameDecoder.LETTER_BYTES + count;
    if (payload > maxPayloadBytes) {
      size = start;
      throw PacketEncoder.tooLarge(letter, payload, maxPayloadBytes);
    }
    reserve(count);
  }

  private void reserve(int count) {
    int wanted = Math.addExact(size, count);
    if (wanted > data.length) {
      long grown = Math.min(2L * data.length, Integer.MAX_VALUE - 8);
      use(Arrays.copyOf(data, (int) Math.max(wanted, grown)));
    }
  }

  private void use(byte[] storage) {
    data = storage;
    view = ByteBuffer.wrap(data);
  }

  private void putInt(int at, int value) {
    data[at] = (byte) (value >> 24);
    data[at + 1] = (byte) (value >> 16);
    data[at + 2] = (byte) (value >> 8);
    data[at + 3] = (byte) value;
  }
}
