package org.miltergate.gateway.proxy;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;

/**
 * Reads a PROXY header of version 1 or 2 from the beginning of a connection, and not a byte more.
 *
 * <p>A header of version 1 has up to {@value #MAX_TEXT_BYTES} bytes, one of version 2 up to 65,551;
 * a longer one is refused before memory is allocated for it. Thread-safe.
 */
public final class ProxyHeaderReader {
  static final int MAX_TEXT_BYTES = 107;

  /** Enough to distinguish the versions, and shorter than any header. */
  private static final int START_BYTES = 12;

  private static final int BINARY_HEAD_BYTES = 16;

  /** Where the bytes come from. */
  @FunctionalInterface
  public interface Source {
    /**
     * Reads exactly {@code length} bytes.
     *
     * @throws IOException if they do not arrive in time
     */
    void readExactly(byte[] into, int offset, int length) throws IOException;
  }

  private ProxyHeaderReader() {}

  /**
   * Reads a header.
   *
   * @throws ProxyProtocolException if there is something else, or an address that is not a TCP
   *     address
   * @throws IOException of the source
   */
  public static ProxyHeader read(Source source) throws IOException {
    byte[] start = new byte[START_BYTES];
    source.readExactly(start, 0, START_BYTES);
    if (BinaryHeader.hasSignature(start)) {
      return BinaryHeader.parse(binary(source, start));
    }
    if (TextHeader.begins(start)) {
      return TextHeader.parse(text(source, start));
    }
    throw new ProxyProtocolException("there is no PROXY header");
  }

  private static byte[] binary(Source source, byte[] start) throws IOException {
    byte[] head = Arrays.copyOf(start, BINARY_HEAD_BYTES);
    source.readExactly(head, START_BYTES, BINARY_HEAD_BYTES - START_BYTES);
    int length = (head[14] & 0xff) << 8 | head[15] & 0xff;
    byte[] whole = Arrays.copyOf(head, BINARY_HEAD_BYTES + length);
    source.readExactly(whole, BINARY_HEAD_BYTES, length);
    return whole;
  }

  /** The length is unknown before the end of the line, and what follows belongs to the client. */
  private static byte[] text(Source source, byte[] start) throws IOException {
    byte[] line = Arrays.copyOf(start, MAX_TEXT_BYTES);
    int length = START_BYTES;
    while (line[length - 1] != '\n') {
      if (length == MAX_TEXT_BYTES) {
        throw new ProxyProtocolException(
            String.format(Locale.ROOT, "the PROXY line is longer than %d bytes", MAX_TEXT_BYTES));
      }
      source.readExactly(line, length, 1);
      length++;
    }
    return Arrays.copyOf(line, length);
  }
}
