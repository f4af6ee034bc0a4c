package org.miltergate.it.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.miltergate.it.record.Recording;
import org.miltergate.it.smtp.SmtpDialogue;
import org.miltergate.milter.test.smtp.SinkMessage;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.MacroValue;
import org.miltergate.milter.wire.PacketText;

/** A run as lines that can be compared; what always differs is left out or written alike. */
final class Transcript {
  private static final Pattern OWN_RECEIVED =
      Pattern.compile("Received: [^\r]*(\r\n[ \t][^\r]*)*by mta\\.test[^\r]*(\r\n[ \t][^\r]*)*");
  private static final Pattern CLIENT_PORT = Pattern.compile(" port=\\d+$");
  private static final Pattern SIZE = Pattern.compile(" SIZE=\\d+");

  /** Postfix's default lists, except for the queue id before DATA. */
  private static final Map<Character, Set<String>> COMPARED_MACROS =
      Map.of(
          'C', Set.of("j", "{daemon_name}", "{daemon_addr}", "v", "_"),
          'H', Set.of("{tls_version}", "{cipher}", "{cipher_bits}"),
          'M', Set.of("{auth_type}", "{mail_addr}", "{mail_host}", "{mail_mailer}"),
          'R', Set.of("{rcpt_addr}", "{rcpt_host}", "{rcpt_mailer}"),
          'T', Set.of("i"),
          'N', Set.of("i"),
          'E', Set.of("i"));

  /** Unknown command, wrong syntax, not implemented, wrong order: never a milter's here. */
  private static final Set<Integer> OWN_CODES = Set.of(500, 501, 502, 503);

  /** Identifiers; and see Difference.NEXT_HOP_MACROS. */
  private static final Set<String> MASKED_MACROS =
      Set.of("i", "v", "{mail_host}", "{mail_mailer}", "{rcpt_host}", "{rcpt_mailer}");

  private static final Comparator<List<String>> LINE_BY_LINE =
      Comparator.comparing(lines -> String.join("\n", lines));

  private final List<String> lines = new ArrayList<>();

  /** Milters' replies are compared exactly, the server's own replies only by their code. */
  void client(List<SmtpDialogue.Exchange> exchanges) {
    for (SmtpDialogue.Exchange exchange : exchanges) {
      lines.add("C: " + exchange.sent());
      int code = exchange.answer().code();
      String text = exchange.answer().toString();
      boolean own = code < 400 || OWN_CODES.contains(code) || text.contains(" mta.test ");
      lines.add("S: " + (own ? Integer.toString(code) : text));
    }
  }

  void milter(int number, List<Recording> recordings) {
    for (Recording recording : recordings) {
      lines.add("milter " + number + " is connected");
      boolean open = false;
      Optional<Command.Macro> macros = Optional.empty();
      for (Command command : recording.commands()) {
        if (command instanceof Command.Macro macro) {
          macros.ifPresent(declined -> macros(number, declined));
          macros = Optional.of(macro);
          continue;
        }
        // See Difference.ABORT_OUTSIDE_A_MESSAGE and QUIT_ALWAYS.
        if ((command instanceof Command.Abort && !open) || command instanceof Command.Quit) {
          continue;
        }
        open = isOpenAfter(command, open);
        macros.ifPresent(macro -> macros(number, macro));
        macros = Optional.empty();
        String text = PacketText.write(command);
        lines.add("m%d: %s".formatted(number, CLIENT_PORT.matcher(text).replaceFirst(" port=P")));
      }
    }
  }

  private static boolean isOpenAfter(Command command, boolean before) {
    return switch (command) {
      case Command.Mail mail -> true;
      case Command.Abort abort -> false;
      case Command.EndOfMessage end -> false;
      default -> before;
    };
  }

  /** See Difference.MACROS_FOR_EACH_PIECE, MORE_MACROS, QUEUE_ID_FROM_MAIL_ON. */
  private void macros(int number, Command.Macro macro) {
    char letter = (char) macro.command();
    Set<String> compared = COMPARED_MACROS.getOrDefault(letter, Set.of());
    Map<String, String> values = new TreeMap<>();
    for (MacroValue value : macro.values()) {
      String name = value.name().toString();
      if (compared.contains(name)) {
        values.put(name, MASKED_MACROS.contains(name) ? "..." : value.value().toString());
      }
    }
    if (!values.isEmpty()) {
      lines.add("m%d:   macros %s".formatted(number, values));
    }
  }

  /** Messages that come one soon after the other may reach the next hop in any order. */
  void nextHop(List<SinkMessage> messages, int held) {
    messages.stream().map(Transcript::write).sorted(LINE_BY_LINE).forEach(lines::addAll);
    lines.add("held: " + held);
  }

  private static List<String> write(SinkMessage message) {
    List<String> lines = new ArrayList<>();
    lines.add("next hop: " + SIZE.matcher(message.mail()).replaceFirst(""));
    message.recipients().forEach(recipient -> lines.add("next hop: " + recipient));
    String text = OWN_RECEIVED.matcher(message.content().toString()).replaceAll("Received: (own)");
    for (String line : text.split("(?<=\n)")) {
      lines.add("| " + line.replace("\r\n", "").replace("\r", "\\r").replace("\n", "\\n"));
    }
    return lines;
  }

  List<String> lines() {
    return List.copyOf(lines);
  }
}
