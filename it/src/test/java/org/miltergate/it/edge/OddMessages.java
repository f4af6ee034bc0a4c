package org.miltergate.it.edge;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/**
 * Messages of every odd kind, made from their number: the same number is always the same message.
 *
 * <p>Each char is a byte; lines end with CRLF, and so does each message that is not empty.
 */
final class OddMessages {
  private static final String CRLF = "\r\n";
  private static final List<Function<Random, String>> KINDS =
      List.of(
          random -> header(random) + CRLF + text(random, 1 + random.nextInt(40)),
          random -> header(random) + CRLF + noise(random, 20, OddMessages::anyByte),
          random -> header(random) + CRLF + noise(random, 20, r -> (char) (0x80 + r.nextInt(128))),
          random -> header(random) + CRLF + dots(random),
          random -> header(random) + CRLF + "x".repeat(random.nextInt(70_000)) + CRLF,
          random -> header(random),
          random -> header(random) + CRLF,
          random -> "",
          random -> CRLF,
          random -> CRLF + CRLF + text(random, 3),
          random -> CRLF + header(random) + CRLF + "body" + CRLF,
          random -> text(random, 4),
          random -> "From alice Sat Nov 21 10:00:00 2026\r\n" + header(random) + "\r\nx\r\n",
          random -> header(random) + ">From here on\r\nX-A: 1\r\n\r\nFrom there\r\n",
          random -> header(random) + "no colon here\r\nX-B: 2\r\n\r\nbody\r\n",
          random -> " leading blank\r\n\tand a tab\r\n" + header(random) + "\r\nbody\r\n",
          random -> header(random) + " \r\n\t\r\n  \r\n" + header(random) + CRLF + " \r\n\t\r\n",
          random -> header(random) + blanks(random) + CRLF + "body\r\n",
          random -> header(random) + latin1(random) + CRLF + latin1(random),
          random -> header(random) + utf8(random) + CRLF + utf8(random),
          random -> header(random) + "X-Nul: a\0b\r\n\0: x\r\n\r\n\0\0\r\n\0.\r\n",
          random -> header(random) + folded(random) + CRLF + "body\r\n",
          random -> header(random) + "X-Long: " + "y".repeat(random.nextInt(30_000)) + "\r\n\r\n",
          random -> header(random).repeat(1 + random.nextInt(60)) + CRLF + "many fields\r\n",
          random -> ": no name\r\n:\r\n::\r\nX:\r\nY : blank\r\nZ\t:tab\r\n\r\nbody\r\n",
          random -> "Subject:no blank\r\nSUBJECT:  two\r\nsubject:\ttab\r\n\r\n\r\n\r\n",
          random -> "Received: from a by b; " + CRLF + header(random) + "\r\nReceived: x\r\n",
          random -> header(random) + "X-8\u00e9\u00ff: name\r\nX-Del: \u007f\u0001\r\n\r\n\r\n",
          random -> header(random) + CRLF + mime(random),
          random -> header(random) + CRLF + text(random, 2) + CRLF.repeat(random.nextInt(20)));

  private OddMessages() {}

  /** Returns how many kinds there are; message {@code n} is of kind {@code n % kinds()}. */
  static int kinds() {
    return KINDS.size();
  }

  static byte[] message(int number) {
    Random random = new Random(0x5EED + number);
    String text = KINDS.get(number % KINDS.size()).apply(random);
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /**
   * Returns what the next hop gets after the field of the gateway: the message itself, except what
   * milter and next hop would read differently.
   */
  static byte[] arrived(int number) {
    String left = new String(message(number), StandardCharsets.ISO_8859_1);
    StringBuilder arrived = new StringBuilder();
    boolean named = false;
    boolean foldable = false;
    while (!left.isEmpty() && !left.startsWith(CRLF)) {
      int end = left.indexOf(CRLF) + CRLF.length();
      String line = left.substring(0, end);
      boolean field = line.matches("(?s)[!-9;-~]+[ \t]*:.*");
      boolean fold = foldable && line.matches("(?s)[ \t].*");
      boolean mailbox = !field && !named && line.matches("(?s)>*From .*");
      if (!field && !fold && !mailbox) {
        arrived.append(CRLF);
        break;
      }
      String mended = field ? line.replaceFirst("[ \t]*:", ":") : line;
      arrived.append(mailbox ? "X-Mailbox-Line: " : "");
      arrived.append(mended.split("[\0\r]", 2)[0]).append(CRLF);
      named |= field;
      foldable = !mailbox && (field || foldable);
      left = left.substring(end);
    }
    return (arrived + left).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String header(Random random) {
    return "From: <a%d@client.test>\r\nSubject: %s\r\nX-Number: %d\r\n"
        .formatted(random.nextInt(1000), word(random), random.nextInt());
  }

  private static String text(Random random, int lines) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < lines; i++) {
      text.append(word(random)).append(' ').append(word(random)).append(CRLF);
    }
    return text.toString();
  }

  private static String word(Random random) {
    StringBuilder word = new StringBuilder();
    for (int i = random.nextInt(30); i > 0; i--) {
      word.append((char) ('!' + random.nextInt(94)));
    }
    return word.toString();
  }

  private static String noise(Random random, int lines, Function<Random, Character> bytes) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < lines; i++) {
      for (int length = random.nextInt(120); length > 0; length--) {
        text.append(bytes.apply(random).charValue());
      }
      text.append(CRLF);
    }
    return text.toString();
  }

  /** CR and LF come only as line ends. */
  private static char anyByte(Random random) {
    char value = (char) random.nextInt(256);
    return value == '\r' || value == '\n' ? '.' : value;
  }

  private static String dots(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(50); i > 0; i--) {
      text.append(".".repeat(random.nextInt(5))).append(random.nextBoolean() ? "x" : "");
      text.append(CRLF);
    }
    return text.toString();
  }

  private static String blanks(Random random) {
    return "X-Blank:" + " ".repeat(random.nextInt(200)) + "\r\nX-Tail: a" + "\t ".repeat(9) + CRLF;
  }

  private static String folded(Random random) {
    StringBuilder field = new StringBuilder("X-Folded:");
    for (int i = random.nextInt(30); i > 0; i--) {
      field.append(CRLF).append(random.nextBoolean() ? "\t" : "   ");
      field.append(random.nextInt(4) == 0 ? "" : word(random));
    }
    return field.append(CRLF).toString();
  }

  private static String latin1(Random random) {
    return "X-Latin-1: caf\u00e9 \u00fc" + (char) (0xa0 + random.nextInt(96)) + CRLF;
  }

  private static String utf8(Random random) {
    String text =
        "X-Utf-8: \u00e9\u4e2d\u6587 \ud83d\udce7 " + (char) (0x400 + random.nextInt(256));
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1) + CRLF;
  }

  private static String mime(Random random) {
    String part = "--cut\r\nContent-Type: application/octet-stream\r\n\r\n";
    return part + noise(random, 5, OddMessages::anyByte) + "\r\n" + part + "\r\n--cut--\r\n";
  }
}
