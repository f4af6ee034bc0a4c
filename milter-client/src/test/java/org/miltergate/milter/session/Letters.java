package org.miltergate.milter.session;

import java.util.List;
import java.util.stream.Collectors;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.test.Conversation;
import org.miltergate.milter.wire.ClientAddress;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.CommandCode;
import org.miltergate.milter.wire.Reply;

/** Commands as their letters on the wire, so that a whole session is one line of a test. */
public final class Letters {
  public static final ClientAddress CLIENT =
      new ClientAddress(ClientAddress.Family.INET4, 40_000, Bytes.ofLatin1("192.0.2.7"));

  private Letters() {}

  /** Writes all commands that a milter got, macro packets not counted: {@code O C H M R A Q}. */
  public static String of(Conversation conversation) {
    return conversation.commands().stream().map(Letters::of).collect(Collectors.joining(" "));
  }

  static String of(Command command) {
    return String.valueOf((char) CommandCode.of(command).letter());
  }

  static String of(Reply.Verdict verdict) {
    return switch (verdict) {
      case Reply.Continue v -> "c";
      case Reply.Accept v -> "a";
      case Reply.Reject v -> "r";
      case Reply.TempFail v -> "t";
      case Reply.ReplyCode v -> "y";
      case Reply.Discard v -> "d";
      case Reply.Skip v -> "s";
      case Reply.Shutdown v -> "4";
      case Reply.ConnectionFailure v -> "f";
    };
  }

  /** Returns a command with usual arguments. */
  public static Command command(String letter) {
    return switch (letter) {
      case "C" -> new Command.Connect(Bytes.ofLatin1("client.test"), CLIENT);
      case "H" -> new Command.Helo(Bytes.ofLatin1("client.test"));
      case "M" -> new Command.Mail(Bytes.ofLatin1("<a@x.test>"), List.of());
      case "R" -> new Command.Rcpt(Bytes.ofLatin1("<b@y.test>"), List.of());
      case "T" -> new Command.Data();
      case "L" -> new Command.Header(Bytes.ofLatin1("Subject"), Bytes.ofLatin1("hello"));
      case "N" -> new Command.EndOfHeaders();
      case "B" -> new Command.Body(Bytes.ofLatin1("body\r\n"));
      case "E" -> new Command.EndOfMessage();
      case "U" -> new Command.Unknown(Bytes.ofLatin1("FOO bar"));
      default -> throw new IllegalArgumentException(letter);
    };
  }
}
