package org.miltergate.milter.mail;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.miltergate.milter.body.Body;
import org.miltergate.milter.bytes.Bytes;

/** Makes messages of every odd kind, the same ones for the same seed. */
final class MessageGenerator {
  private static final String[] LINES = {
    "From: a@example.org",
    "To: b, c",
    "Subject:no blank",
    "Subject:  two blanks ",
    "Subject:\ttab",
    "X-W : blank before colon",
    "X-E:",
    "X-E: ",
    "X-8: \u00e4\u00ff\u0080",
    "X-0: a\0b\0",
    "X-R: a\rb\r\rc",
    "Received: client",
    " fold",
    "\tfold",
    " ",
    "\t\0",
    ": no name",
    "two words: x",
    "no colon",
    "x",
    "\u00e4: 8-bit name",
    "From joe Mon Jan  1 10:00:00 2024",
    ">>From joe: x",
    "From : obsolete",
    ">From",
    ".",
    "..",
    "\r",
    "\0",
    "",
    "",
  };
  private static final String[] ORDINARY_FIELDS = {
    "From: a@example.org",
    "To: b,\r\n c,\r\n\td ",
    "Subject:no blank",
    "X-E:",
    "X-F: ",
    "X-8: \u00e4\u00ff\u0080\1\u007f",
    "X-W: a\r\n \t\r\n b",
    "DKIM-Signature:\r\n v=1",
  };
  private static final String[] LINE_ENDS = {
    "\r\n", "\r\n", "\r\n", "\n", "\r", "\r\r\n", "\n\r", ""
  };
  private static final String NOISE = "\r\n\r\n :\tFrom >aX-\0\u00ff";

  private final Random random;

  MessageGenerator(long seed) {
    this.random = new Random(seed);
  }

  Bytes message() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    boolean strict = random.nextInt(3) > 0;
    int lines = random.nextInt(12);
    for (int i = 0; i < lines; i++) {
      put(out, random.nextInt(8) == 0 ? noise() : LINES[random.nextInt(LINES.length)]);
      boolean last = i + 1 == lines;
      put(out, strict && !last ? "\r\n" : LINE_ENDS[random.nextInt(LINE_ENDS.length)]);
    }
    if (random.nextInt(200) == 0) {
      put(out, "x: ".repeat(20_000));
    }
    return Bytes.copyOf(out.toByteArray());
  }

  /** Creates a message of which nothing has to be repaired. */
  Bytes ordinaryMessage() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int left = random.nextInt(8); left > 0; left--) {
      put(out, ORDINARY_FIELDS[random.nextInt(ORDINARY_FIELDS.length)] + "\r\n");
    }
    if (random.nextInt(8) > 0) {
      put(out, "\r\n");
      out.writeBytes(message().toArray());
    }
    return Bytes.copyOf(out.toByteArray());
  }

  private String noise() {
    StringBuilder noise = new StringBuilder();
    for (int left = random.nextInt(12); left > 0; left--) {
      noise.append(NOISE.charAt(random.nextInt(NOISE.length())));
    }
    return noise.toString();
  }

  private static void put(ByteArrayOutputStream out, String text) {
    out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Returns rising indexes at which to cut a message of this length. */
  List<Integer> cuts(int length) {
    List<Integer> cuts = new ArrayList<>();
    int mean = 1 + random.nextInt(2 + length / 3);
    for (int at = random.nextInt(mean + 1); at < length; at += 1 + random.nextInt(mean)) {
      cuts.add(at);
    }
    return cuts;
  }

  List<Edit> edits() {
    List<Edit> edits = new ArrayList<>();
    for (int left = random.nextInt(4); left > 0; left--) {
      String[] names = {"X-E", "received", "X-Mailbox-Line", "Subject"};
      Bytes name = Bytes.ofLatin1(names[random.nextInt(names.length)]);
      HeaderField field = HeaderField.of(name, Bytes.ofLatin1(" " + noise()));
      int index = random.nextInt(5);
      edits.add(
          switch (random.nextInt(5)) {
            case 0 -> new Edit.AddHeader(field);
            case 1 -> new Edit.InsertHeader(index, field);
            case 2 -> new Edit.ChangeHeader(name, index, field);
            case 3 -> new Edit.DeleteHeader(name, index);
            default -> new Edit.ReplaceBody(Body.of(message()));
          });
    }
    return edits;
  }
}
