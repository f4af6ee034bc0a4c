package org.miltergate.milter.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.miltergate.milter.bytes.Bytes;

/**
 * Collects packets for one write.
 *
 * <p>Starts small and grows by what is put into it; {@link #clear} lets a large one go, so that an
 * idle session keeps little. Confined.
 */
public final class PacketBuffer {
  private static final int IDLE_BYTES = 512;
  private static final int KEPT_BYTES = 4096;

  private byte[] data = new byte[IDLE_BYTES];
  private int size;
  private int packetStart;

  /** Returns how many bytes wait to be sent. */
  public int size() {
    return size;
  }

  /** Returns what waits, as a view that holds until the next call on this buffer. */
  public ByteBuffer toSend() {
    return ByteBuffer.wrap(data, 0, size);
  }

  public void clear() {
    size = 0;
    if (data.length > KEPT_BYTES) {
      data = new byte[IDLE_BYTES];
    }
  }

  void begin(byte code) {
    packetStart = size;
    putInt(0);
    putByte(code);
  }

  /** Writes the length of the packet that was begun, or takes it back if it is too long. */
  void end(int maxPayloadBytes) {
    int length = size - packetStart - Integer.BYTES;
    if (length - 1 > maxPayloadBytes) {
      size = packetStart;
      throw new IllegalArgumentException(
          "payload is %d bytes, limit is %d".formatted(length - 1, maxPayloadBytes));
    }
    data[packetStart] = (byte) (length >>> 24);
    data[packetStart + 1] = (byte) (length >>> 16);
    data[packetStart + 2] = (byte) (length >>> 8);
    data[packetStart + 3] = (byte) length;
  }

  void putByte(int value) {
    reserve(1);
    data[size++] = (byte) value;
  }

  void putShort(int value) {
    putByte(value >>> 8);
    putByte(value);
  }

  void putInt(int value) {
    putShort(value >>> 16);
    putShort(value);
  }

  void putBytes(Bytes value) {
    reserve(value.length());
    value.copyTo(0, value.length(), data, size);
    size += value.length();
  }

  void putText(Bytes text) {
    putBytes(text);
    putByte(0);
  }

  private void reserve(int more) {
    int needed = Math.addExact(size, more);
    if (needed > data.length) {
      data = Arrays.copyOf(data, Math.max(needed, 2 * data.length));
    }
  }
}
