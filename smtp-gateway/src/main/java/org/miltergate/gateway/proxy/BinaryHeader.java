package org.miltergate.gateway.proxy;

import java.util.Arrays;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * Version 2 of the PROXY header.
 *
 * <pre>
 *  0  signature, 12 bytes
 * 12  version (4 bits), command (4 bits)
 * 13  address family (4 bits), transport (4 bits)
 * 14  length of what follows, 16 bits
 * 16  source address, destination address, source port, destination port
 *     further fields, each: type (8 bits), length (16 bits), value
 * </pre>
 *
 * <p>Of the further fields only the checksum is used.
 *
 * @see "haproxy doc/proxy-protocol.txt, 2.2"
 */
final class BinaryHeader {
  private static final byte[] SIGNATURE = {
    '\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'
  };
  private static final int LOCAL = 0x20;
  private static final int PROXY = 0x21;
  private static final int UNSPECIFIED = 0x00;
  private static final int TCP_OVER_IPV4 = 0x11;
  private static final int TCP_OVER_IPV6 = 0x21;
  private static final int UNIX_STREAM = 0x31;
  private static final int ADDRESSES = 16;
  private static final int IPV4_BYTES = 4 + 4 + 2 + 2;
  private static final int IPV6_BYTES = 16 + 16 + 2 + 2;
  private static final int UNIX_BYTES = 108 + 108;
  private static final int FACT_HEAD_BYTES = 3;
  private static final int CHECKSUM = 0x03;
  private static final int CHECKSUM_BYTES = 4;

  private BinaryHeader() {}

  static boolean hasSignature(byte[] start) {
    return Arrays.equals(start, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length);
  }

  /**
   * @param header the whole header, as long as its length field says
   */
  static ProxyHeader parse(byte[] header) throws ProxyProtocolException {
    int command = header[12] & 0xff;
    if (command == LOCAL) {
      return new ProxyHeader.Unproxied();
    }
    if (command != PROXY) {
      throw new ProxyProtocolException(
          String.format(
              Locale.ROOT,
              "the PROXY header has version and command 0x%02x, must be 0x20 or 0x21",
              command));
    }
    int family = header[13] & 0xff;
    return switch (family) {
      case TCP_OVER_IPV4 -> {
        checkFacts(header, IPV4_BYTES);
        yield new ProxyHeader.Proxied(
            Endpoints.endpoint(header, ADDRESSES, 4, ADDRESSES + 8),
            Endpoints.endpoint(header, ADDRESSES + 4, 4, ADDRESSES + 10));
      }
      case TCP_OVER_IPV6 -> {
        checkFacts(header, IPV6_BYTES);
        yield new ProxyHeader.Proxied(
            Endpoints.endpoint(header, ADDRESSES, 16, ADDRESSES + 32),
            Endpoints.endpoint(header, ADDRESSES + 16, 16, ADDRESSES + 34));
      }
      case UNIX_STREAM -> {
        checkFacts(header, UNIX_BYTES);
        yield new ProxyHeader.Unproxied();
      }
      case UNSPECIFIED -> new ProxyHeader.Unproxied();
      default ->
          throw new ProxyProtocolException(
              String.format(
                  Locale.ROOT,
                  "the PROXY header has address family and transport 0x%02x, which is not a stream",
                  family));
    };
  }

  private static void checkFacts(byte[] header, int addressBytes) throws ProxyProtocolException {
    int at = ADDRESSES + addressBytes;
    if (at > header.length) {
      throw new ProxyProtocolException(
          String.format(
              Locale.ROOT,
              "the PROXY header has %d bytes of addresses, must have %d",
              header.length - ADDRESSES,
              addressBytes));
    }
    while (at < header.length) {
      if (header.length - at < FACT_HEAD_BYTES) {
        throw new ProxyProtocolException("the PROXY header ends within the header of a field");
      }
      int length = (header[at + 1] & 0xff) << 8 | header[at + 2] & 0xff;
      int value = at + FACT_HEAD_BYTES;
      if (length > header.length - value) {
        throw new ProxyProtocolException("the PROXY header ends within a field");
      }
      if (header[at] == CHECKSUM) {
        verify(header, value, length);
      }
      at = value + length;
    }
  }

  /** The checksum covers the whole header, with zeros in place of itself. */
  private static void verify(byte[] header, int at, int length) throws ProxyProtocolException {
    if (length != CHECKSUM_BYTES) {
      throw new ProxyProtocolException(
          String.format(
              Locale.ROOT, "the checksum of the PROXY header has %d bytes, must have 4", length));
    }
    CRC32C sum = new CRC32C();
    sum.update(header, 0, at);
    sum.update(new byte[CHECKSUM_BYTES], 0, CHECKSUM_BYTES);
    sum.update(header, at + CHECKSUM_BYTES, header.length - at - CHECKSUM_BYTES);
    long said = 0;
    for (int i = 0; i < CHECKSUM_BYTES; i++) {
      said = said << 8 | header[at + i] & 0xff;
    }
    if (said != sum.getValue()) {
      throw new ProxyProtocolException("the checksum of the PROXY header is wrong");
    }
  }
}
