package org.miltergate.milter.mail;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.MilterReplyText.Good;
import org.miltergate.milter.mail.MilterReplyText.Malformed;
import org.miltergate.milter.mail.MilterReplyText.Octets;
import org.miltergate.milter.mail.MilterReplyText.Repaired;
import org.miltergate.milter.text.EnhancedStatus;
import org.miltergate.milter.text.PrintableText;
import org.miltergate.milter.text.Utf8;

/** Reads one text of {@code SMFIR_REPLYCODE}; used once. */
final class ReplyTextParser {
  private static final int MAX_LINES = 100;
  private static final int CODE_DIGITS = 3;

  /** 512 of RFC 5321, section 4.5.3.1.5, without code, separator and CRLF. */
  private static final int MAX_TEXT_BYTES = 512 - CODE_DIGITS - 1 - 2;

  private final Octets octets;
  private final Set<String> repairs = new LinkedHashSet<>();

  ReplyTextParser(Octets octets) {
    this.octets = octets;
  }

  MilterReplyText parse(Bytes text) {
    int code = codeOf(text);
    if (code < 400) {
      return new Malformed(
          "bad-code",
          "reply code must be from 400 to 599, text begins with '%s'"
              .formatted(
                  PrintableText.escape(
                      text.slice(0, Math.min(text.length(), CODE_DIGITS)).toArray())));
    }
    List<Bytes> lines = new ArrayList<>();
    List<Bytes> rawLines = split(text);
    for (int i = 0; i < rawLines.size(); i++) {
      Bytes line = rawLines.get(i);
      int own = codeOf(line);
      if (own < 0 || line.length() > CODE_DIGITS && !isSeparator(line.at(CODE_DIGITS))) {
        return new Malformed(
            "bad-line",
            String.format(
                Locale.ROOT, "line %d must be a code, a hyphen or blank, and text", i + 1));
      }
      if (own != code) {
        return new Malformed(
            "mixed-codes",
            String.format(
                Locale.ROOT,
                "line %d must have the code %d of the first, has %d",
                i + 1,
                code,
                own));
      }
      if (lines.size() < MAX_LINES) {
        lines.add(cleaned(code, line.slice(Math.min(line.length(), CODE_DIGITS + 1))));
      } else {
        repairs.add(String.format(Locale.ROOT, "more than %d lines", MAX_LINES));
      }
    }
    if (lines.stream().allMatch(Bytes::isEmpty)) {
      repairs.add("no text");
      lines = List.of(StandardReplies.defaultText(code));
    }
    SmtpReply reply = new SmtpReply(code, lines);
    return repairs.isEmpty() ? new Good(reply) : new Repaired(reply, String.join("; ", repairs));
  }

  private static boolean isSeparator(byte octet) {
    return octet == ' ' || octet == '-';
  }

  /** Returns the three digits that the line begins with as a number below 600, or -1. */
  private static int codeOf(Bytes line) {
    if (line.length() < CODE_DIGITS) {
      return -1;
    }
    int code = 0;
    for (int i = 0; i < CODE_DIGITS; i++) {
      int digit = line.at(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      code = 10 * code + digit;
    }
    return code < 600 ? code : -1;
  }

  /** Splits at LF and CRLF; trailing line ends are dropped. */
  private List<Bytes> split(Bytes text) {
    int end = HeaderSyntax.endWithoutLineEnds(text);
    if (end < text.length()) {
      repairs.add("line end at the end");
    }
    List<Bytes> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= end; i++) {
      if (i == end || text.at(i) == '\n') {
        lines.add(text.slice(start, i > start && i < end && text.at(i - 1) == '\r' ? i - 1 : i));
        start = i + 1;
      }
    }
    return lines;
  }

  private Bytes cleaned(int code, Bytes text) {
    Bytes line = withinLength(withSoundOctets(text));
    Optional<EnhancedStatus> enhanced = EnhancedStatus.at(line.toString());
    if (enhanced.isPresent() && !enhanced.get().belongsTo(code)) {
      repairs.add(
          String.format(
              Locale.ROOT,
              "class-mismatch: enhanced status code %s with %d",
              enhanced.get().code(),
              code));
      return line.slice(enhanced.get().length());
    }
    return line;
  }

  private Bytes withSoundOctets(Bytes text) {
    boolean keep8Bit = octets == Octets.UTF_8 && Utf8.isValid(text.toArray());
    ByteArrayOutputStream out = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      byte octet = text.at(i);
      if (octet >= 0 && octet < ' ' && octet != '\t' || octet == 0x7f) {
        repairs.add("control character");
      } else if (keep8Bit && isControl(text, i)) {
        repairs.add("control character");
        i++;
      } else if (octet < 0 && !keep8Bit) {
        repairs.add("8-bit octet");
        out.write('?');
      } else {
        out.write(octet);
        if (octet == '%' && i + 1 < text.length() && text.at(i + 1) == '%') {
          i++;
        }
      }
    }
    return Bytes.copyOf(out.toByteArray());
  }

  /** The control characters above ASCII, U+0080 to U+009F, one of which is a line end. */
  private static boolean isControl(Bytes text, int at) {
    return text.at(at) == (byte) 0xc2 && text.at(at + 1) < (byte) 0xa0;
  }

  private Bytes withinLength(Bytes text) {
    if (text.length() <= MAX_TEXT_BYTES) {
      return text;
    }
    repairs.add("line above 512 bytes");
    int end = MAX_TEXT_BYTES;
    while ((text.at(end) & 0xc0) == 0x80) {
      end--; // Not within a character of UTF-8.
    }
    return text.slice(0, end);
  }
}
