package org.miltergate.gateway.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One transcript of {@code bad-input.txt}: what a bad client says and what it is answered.
 *
 * <p>The file has a line {@code === server: what it shows} for each, then lines of {@link
 * RawSmtpClient#play}, and besides: {@code C/ text} is {@code C= text} that is sent at once, byte
 * by byte, and cut in two at every place, each on a connection of its own; {@code M: sender} is a
 * message that reaches the next hop, where without it none may; {@code L: text} is a line of the
 * log; {@code [envelope]} stands for MAIL and RCPT, {@code [begin]} for those and DATA; {@code #}
 * begins a remark.
 *
 * @param server which of the servers of the test it is played with
 * @param mails the senders of the messages that get through, in order
 * @param log what is in the log afterwards
 */
public record BadInput(
    String server, String name, List<String> lines, List<String> mails, List<String> log) {
  private static final List<String> ENVELOPE =
      List.of(
          "C: MAIL FROM:<a@example.org>",
          "S: 250 2.1.0 Ok",
          "C: RCPT TO:<b@example.net>",
          "S: 250 2.1.5 Ok");
  private static final List<String> DATA =
      List.of("C: DATA", "S: 354 End data with <CR><LF>.<CR><LF>");

  public static List<BadInput> all() throws IOException {
    List<BadInput> all = new ArrayList<>();
    try (InputStream file =
        Objects.requireNonNull(BadInput.class.getResourceAsStream("bad-input.txt"))) {
      String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      for (String part : text.split("(?m)^=== ")) {
        if (!part.startsWith("#")) {
          all.add(parse(part.lines().filter(line -> !line.startsWith("#")).toList()));
        }
      }
    }
    return all;
  }

  private static BadInput parse(List<String> lines) {
    String[] title = lines.getFirst().split(": ", 2);
    List<String> talk = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      if (line.equals("[begin]")) {
        talk.addAll(ENVELOPE);
        talk.addAll(DATA);
      } else if (line.equals("[envelope]")) {
        talk.addAll(ENVELOPE);
      } else if (line.matches("[CS][^*] .*|C\\*.*|C[:!]")) {
        talk.add(line);
      } else if (!line.isEmpty() && !line.matches("[ML]: .*")) {
        throw new IllegalArgumentException(title[1] + ": not a line of a transcript: " + line);
      }
    }
    return new BadInput(title[0], title[1], talk, marked(lines, "M: "), marked(lines, "L: "));
  }

  private static List<String> marked(List<String> lines, String mark) {
    return lines.stream()
        .filter(line -> line.startsWith(mark))
        .map(line -> line.substring(mark.length()))
        .toList();
  }

  /** Returns the transcript once for each way in which its bytes are put into packets. */
  public List<String> transcripts() {
    int cut = IntStream.range(0, lines.size()).filter(this::isCut).findFirst().orElse(-1);
    if (cut < 0) {
      return List.of(String.join("\n", lines));
    }
    String bytes = RawSmtpClient.unescape(lines.get(cut).substring(3));
    Stream<String> inTwo =
        IntStream.range(1, bytes.length())
            .mapToObj(at -> packet(bytes.substring(0, at)) + packet(bytes.substring(at)));
    String oneByOne =
        String.join("", bytes.chars().mapToObj(c -> packet(String.valueOf((char) c))).toList());
    return Stream.concat(Stream.of(packet(bytes), oneByOne), inTwo)
        .map(packets -> with(cut, packets))
        .toList();
  }

  private boolean isCut(int line) {
    return lines.get(line).startsWith("C/ ");
  }

  private static String packet(String bytes) {
    StringBuilder text = new StringBuilder("C= ");
    bytes.chars().forEach(c -> text.append("\\x%02x".formatted(c)));
    return text.append("\nC!\n").toString();
  }

  private String with(int replaced, String packets) {
    List<String> all = new ArrayList<>(lines);
    all.set(replaced, packets.stripTrailing());
    return String.join("\n", all);
  }

  @Override
  public String toString() {
    return server + ": " + name;
  }
}
