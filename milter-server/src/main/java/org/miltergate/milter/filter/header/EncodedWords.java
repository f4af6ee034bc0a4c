package org.miltergate.milter.filter.header;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.miltergate.milter.bytes.Bytes;

/**
 * Reads and writes text outside ASCII in header fields (RFC 2047).
 *
 * <p>Words in a character set that this Java does not have, or with broken content, stay as they
 * are. Neighbouring words in one character set are decoded together, since many programs cut
 * between the bytes of one character.
 */
final class EncodedWords {
  private static final Pattern WORD =
      Pattern.compile("=\\?([!#-'*+\\-0-9A-Z^-~]+)\\?([bBqQ])\\?([!->@-~]*)\\?=");

  /** 75 without {@code =?UTF-8?B?} and {@code ?=}, in Base64, and in groups of three bytes. */
  private static final int MAX_WORD_BYTES = 45;

  private EncodedWords() {}

  /** A charset and bytes of it. */
  private record Decoded(Charset charset, Bytes bytes) {}

  static String decode(String text) {
    if (!text.contains("=?")) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    Matcher word = WORD.matcher(text);
    ByteArrayOutputStream pending = new ByteArrayOutputStream();
    @Nullable Charset pendingCharset = null;
    int end = 0;
    while (word.find()) {
      Optional<Decoded> decoded = decode(word);
      if (decoded.isEmpty()) {
        continue;
      }
      String between = text.substring(end, word.start());
      boolean adjacent = pendingCharset != null && between.isBlank();
      if (!adjacent || !decoded.get().charset().equals(pendingCharset)) {
        flush(pendingCharset, pending, out);
        out.append(adjacent ? "" : between);
        pendingCharset = decoded.get().charset();
      }
      pending.writeBytes(decoded.get().bytes().toArray());
      end = word.end();
    }
    flush(pendingCharset, pending, out);
    return out.append(text, end, text.length()).toString();
  }

  private static void flush(
      @Nullable Charset charset, ByteArrayOutputStream pending, StringBuilder out) {
    if (charset != null) {
      out.append(pending.toString(charset));
      pending.reset();
    }
  }

  private static Optional<Decoded> decode(Matcher word) {
    String charset = word.group(1);
    int language = charset.indexOf('*'); // RFC 2231, section 5
    try {
      byte[] bytes =
          word.group(2).equalsIgnoreCase("B")
              ? Base64.getMimeDecoder().decode(word.group(3))
              : unquoted(word.group(3));
      return Optional.of(
          new Decoded(
              Charset.forName(language > 0 ? charset.substring(0, language) : charset),
              Bytes.copyOf(bytes)));
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      return Optional.empty();
    } catch (IllegalArgumentException e) { // broken Base64
      return Optional.empty();
    }
  }

  private static byte[] unquoted(String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '=' && i + 2 < text.length() && hex(text, i + 1) >= 0 && hex(text, i + 2) >= 0) {
        out.write(16 * hex(text, i + 1) + hex(text, i + 2));
        i += 2;
      } else {
        out.write(c == '_' ? ' ' : c);
      }
    }
    return out.toByteArray();
  }

  private static int hex(String text, int at) {
    return Character.digit(text.charAt(at), 16);
  }

  /** Returns words of UTF-8 in Base64 with blanks between, none cut inside a character. */
  static String encode(String text) {
    StringBuilder out = new StringBuilder();
    int start = 0;
    while (start < text.length()) {
      int end = start;
      int bytes = 0;
      while (end < text.length()) {
        int codePoint = text.codePointAt(end);
        int more = Character.toString(codePoint).getBytes(StandardCharsets.UTF_8).length;
        if (bytes + more > MAX_WORD_BYTES) {
          break;
        }
        bytes += more;
        end += Character.charCount(codePoint);
      }
      byte[] part = text.substring(start, end).getBytes(StandardCharsets.UTF_8);
      out.append(start == 0 ? "=?UTF-8?B?" : " =?UTF-8?B?");
      out.append(Base64.getEncoder().encodeToString(part)).append("?=");
      start = end;
    }
    return out.toString();
  }

  /** Returns whether text must be encoded: not all printable ASCII, or it looks encoded. */
  static boolean areNeeded(String text) {
    return text.contains("=?") || !text.chars().allMatch(c -> c >= ' ' && c <= '~' || c == '\t');
  }
}
