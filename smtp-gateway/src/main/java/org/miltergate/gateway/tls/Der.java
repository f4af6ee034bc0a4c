package org.miltergate.gateway.tls;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/** The part of ASN.1's DER needed to convert older forms of private keys to PKCS#8. */
final class Der {
  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 0x04;
  private static final int EC_PARAMETERS = 0xA0;
  private static final int LONG_LENGTH = 0x80;
  private static final byte[] VERSION_0 = HexFormat.of().parseHex("020100");

  /** {@code rsaEncryption}, and NULL for its parameters. */
  private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");

  /** {@code id-ecPublicKey}. */
  private static final byte[] EC = HexFormat.of().parseHex("06072a8648ce3d0201");

  private Der() {}

  /** Wraps an {@code RSAPrivateKey} (RFC 8017, A.1.2). */
  static byte[] pkcs8OfRsa(byte[] key) {
    return element(SEQUENCE, VERSION_0, RSA, element(OCTET_STRING, key));
  }

  /**
   * Wraps an {@code ECPrivateKey} (RFC 5915, 3).
   *
   * @throws IllegalArgumentException if it is malformed, or does not name its curve
   */
  static byte[] pkcs8OfEc(byte[] key) {
    byte[] curve = curve(key);
    return element(SEQUENCE, VERSION_0, element(SEQUENCE, EC, curve), element(OCTET_STRING, key));
  }

  /** Returns what is inside of element 0 of the sequence: the name of the curve. */
  private static byte[] curve(byte[] key) {
    int position = contentOf(key, 0);
    int end = position + lengthOf(key, 0);
    while (position < end) {
      int content = contentOf(key, position);
      int length = lengthOf(key, position);
      if ((key[position] & 0xFF) == EC_PARAMETERS) {
        byte[] curve = new byte[length];
        System.arraycopy(key, content, curve, 0, length);
        return curve;
      }
      position = content + length;
    }
    throw new IllegalArgumentException("does not name its curve");
  }

  private static int contentOf(byte[] der, int position) {
    int first = at(der, position + 1);
    return position + 2 + (first < LONG_LENGTH ? 0 : first - LONG_LENGTH);
  }

  private static int lengthOf(byte[] der, int position) {
    int first = at(der, position + 1);
    int length = first;
    if (first >= LONG_LENGTH) {
      int bytes = first - LONG_LENGTH;
      if (bytes > 3) {
        throw new IllegalArgumentException("is malformed DER");
      }
      length = 0;
      for (int i = 0; i < bytes; i++) {
        length = length << 8 | at(der, position + 2 + i);
      }
    }
    if (length > der.length - contentOf(der, position)) {
      throw new IllegalArgumentException("is cut off");
    }
    return length;
  }

  private static int at(byte[] der, int position) {
    if (position >= der.length) {
      throw new IllegalArgumentException("is cut off");
    }
    return der[position] & 0xFF;
  }

  private static byte[] element(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream element = new ByteArrayOutputStream();
    element.write(tag);
    int length = content.size();
    if (length < LONG_LENGTH) {
      element.write(length);
    } else {
      int bytes = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / 8;
      element.write(LONG_LENGTH + bytes);
      for (int i = bytes - 1; i >= 0; i--) {
        element.write(length >> 8 * i);
      }
    }
    element.writeBytes(content.toByteArray());
    return element.toByteArray();
  }
}
