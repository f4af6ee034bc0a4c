package org.miltergate.it.edge;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What is left of a message to compare it with.
 *
 * @param sha256 in hexadecimal digits
 * @param length in bytes
 * @param start its first bytes, one char each: they help to see what is wrong
 */
record Digest(String sha256, int length, String start) {
  private static final byte[] END_OF_RECEIVED =
      "+0000 (UTC)\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int LONGEST_RECEIVED = 2048;
  private static final int START = 60;

  static Digest of(byte[] message) {
    return of(message, 0);
  }

  /** Leaves out the field that the gateway has put on top; it ends with the date. */
  static Digest withoutReceived(byte[] message) {
    int length = END_OF_RECEIVED.length;
    int last = Math.min(message.length, LONGEST_RECEIVED) - length;
    for (int at = 0; at <= last; at++) {
      if (Arrays.equals(message, at, at + length, END_OF_RECEIVED, 0, length)) {
        return of(message, at + length);
      }
    }
    return of(message, 0);
  }

  private static Digest of(byte[] message, int from) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(message, from, message.length - from);
      int shown = Math.min(START, message.length - from);
      return new Digest(
          HexFormat.of().formatHex(digest.digest()),
          message.length - from,
          new String(message, from, shown, StandardCharsets.ISO_8859_1));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("each JDK has SHA-256", e);
    }
  }
}
