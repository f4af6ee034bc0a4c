package org.miltergate.milter.mail;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.miltergate.milter.body.Body;
import org.miltergate.milter.bytes.Bytes;

/** One case of {@code mail/edits.txt}, whose head explains the notation. */
record EditCase(
    String title,
    Envelope envelopeBefore,
    Bytes messageBefore,
    List<Edit> edits,
    Bytes messageAfter,
    Optional<Envelope> envelopeAfter,
    List<String> ignored) {

  static List<EditCase> readAll(String resource) throws IOException {
    List<EditCase> cases = new ArrayList<>();
    try (InputStream in = Objects.requireNonNull(EditCase.class.getResourceAsStream(resource))) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      for (String section : text.split("(?m)^= ")) {
        if (!section.startsWith("#")) {
          cases.add(parse(section.lines().toList()));
        }
      }
    }
    return cases;
  }

  private static EditCase parse(List<String> lines) {
    List<String> before = marked(lines, "<<");
    List<String> after = marked(lines, ">>");
    return new EditCase(
        lines.get(0),
        before.isEmpty() ? Messages.ENVELOPE : envelope(before),
        message(marked(lines, "<")),
        marked(lines, "~").stream().map(EditCase::edit).toList(),
        message(marked(lines, ">")),
        after.isEmpty() ? Optional.empty() : Optional.of(envelope(after)),
        marked(lines, "!"));
  }

  private static List<String> marked(List<String> lines, String mark) {
    return lines.stream()
        .skip(1)
        .filter(line -> line.equals(mark) || line.startsWith(mark + " "))
        .map(line -> line.equals(mark) ? "" : line.substring(mark.length() + 1))
        .toList();
  }

  private static Bytes message(List<String> lines) {
    Bytes message = Bytes.EMPTY;
    for (String line : lines) {
      message =
          message.concat(
              line.endsWith("\\-")
                  ? octets(line.substring(0, line.length() - 2))
                  : octets(line + "\\r\\n"));
    }
    return message;
  }

  private static Envelope envelope(List<String> lines) {
    String[] mail = words(lines.get(0));
    List<Recipient> recipients = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] rcpt = words(line);
      recipients.add(new Recipient(octets(rcpt[1]), octets(rcpt, 2)));
    }
    return new Envelope(new Sender(octets(mail[1]), octets(mail, 2)), recipients);
  }

  private static String[] words(String line) {
    return line.split(" ");
  }

  private static Edit edit(String text) {
    String[] words = words(text);
    String rest = text.length() > 2 ? text.substring(2) : "";
    return switch (words[0]) {
      case "h" -> new Edit.AddHeader(field(rest));
      case "i" -> new Edit.InsertHeader(Long.parseLong(words[1]), field(behindIndex(rest)));
      case "m" -> {
        long index = Long.parseLong(words[1]);
        String field = behindIndex(rest);
        yield field.contains(":")
            ? new Edit.ChangeHeader(field(field).name(), index, field(field))
            : new Edit.DeleteHeader(octets(field), index);
      }
      case "b" -> new Edit.ReplaceBody(Body.of(octets(rest)));
      case "+" -> new Edit.AddRecipient(new Recipient(octets(word(words, 1)), octets(words, 2)));
      case "-" -> new Edit.DeleteRecipient(octets(words[1]));
      case "e" -> new Edit.ChangeSender(new Sender(octets(word(words, 1)), arguments(words)));
      case "q" -> new Edit.Quarantine(octets(rest));
      default -> throw new IllegalArgumentException(text);
    };
  }

  private static String word(String[] words, int index) {
    return index < words.length ? words[index] : "";
  }

  private static List<Bytes> arguments(String[] words) {
    String joined =
        String.join(" ", Arrays.asList(words).subList(Math.min(2, words.length), words.length));
    return joined.isEmpty() ? List.of() : List.of(octets(joined));
  }

  private static String behindIndex(String rest) {
    return rest.substring(rest.indexOf(' ') + 1);
  }

  private static HeaderField field(String text) {
    int colon = text.indexOf(':');
    return HeaderField.of(octets(text.substring(0, colon)), octets(text.substring(colon + 1)));
  }

  private static List<Bytes> octets(String[] words, int from) {
    return Arrays.stream(words).skip(from).map(EditCase::octets).toList();
  }

  private static Bytes octets(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) != '\\') {
        out.append(text.charAt(i));
        continue;
      }
      i++;
      switch (text.charAt(i)) {
        case 'n' -> out.append('\n');
        case 'r' -> out.append('\r');
        case 't' -> out.append('\t');
        case '0' -> out.append('\0');
        case 's' -> out.append(' ');
        case '\\' -> out.append('\\');
        case 'x' -> {
          out.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
          i += 2;
        }
        default -> throw new IllegalArgumentException(text);
      }
    }
    return Bytes.ofLatin1(out.toString());
  }

  @Override
  public String toString() {
    return title;
  }
}
