package org.miltergate.milter.mail;

import java.util.Locale;
import org.miltergate.milter.bytes.Bytes;

/** Makes bytes of a peer fit for an error text or a log line. */
final class Printable {
  private static final int MAX_BYTES = 100;

  private Printable() {}

  /** Returns printable ASCII as it is, all other bytes as {@code \xNN}, cut behind 100 bytes. */
  static String escape(Bytes text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < Math.min(text.length(), MAX_BYTES); i++) {
      int octet = text.at(i) & 0xff;
      if (octet >= ' ' && octet < 0x7f && octet != '\\') {
        out.append((char) octet);
      } else {
        out.append(String.format(Locale.ROOT, "\\x%02x", octet));
      }
    }
    return text.length() > MAX_BYTES ? out.append("...").toString() : out.toString();
  }
}
