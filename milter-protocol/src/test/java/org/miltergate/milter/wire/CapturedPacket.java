package org.miltergate.milter.wire;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.miltergate.milter.bytes.Bytes;

/** Builds packets from what was recorded; {@code captures/README.md} explains the keys. */
final class CapturedPacket {
  /** Stands for a client's port, which was masked. */
  private static final int CLIENT_PORT = 40_000;

  private static final Map<String, CommandCode> COMMANDS =
      Map.ofEntries(
          Map.entry("optneg", CommandCode.NEGOTIATE),
          Map.entry("connect", CommandCode.CONNECT),
          Map.entry("helo", CommandCode.HELO),
          Map.entry("mail", CommandCode.MAIL),
          Map.entry("rcpt", CommandCode.RCPT),
          Map.entry("data", CommandCode.DATA),
          Map.entry("header", CommandCode.HEADER),
          Map.entry("eoh", CommandCode.END_OF_HEADERS),
          Map.entry("body", CommandCode.BODY),
          Map.entry("eom", CommandCode.END_OF_MESSAGE),
          Map.entry("abort", CommandCode.ABORT),
          Map.entry("quit", CommandCode.QUIT));

  private CapturedPacket() {}

  /** Returns the macros and the command of an event; one of them or both may be missing. */
  static List<Command> commands(JsonObject event) {
    if (event.string("ev").equals("eof")) {
      return List.of();
    }
    if (event.string("ev").equals("macro_only")) {
      return List.of(macro(code(event.string("for")), event.object("macros")));
    }
    CommandCode code = code(event.string("ev"));
    Command command = command(code, event.object("args"));
    return event.has("macros")
        ? List.of(macro(code, event.object("macros")), command)
        : List.of(command);
  }

  static Stream<Reply> reply(JsonObject event) {
    String name = event.string("out");
    return name.equals("eof") ? Stream.empty() : Stream.of(reply(name, event.object("args")));
  }

  private static CommandCode code(String event) {
    CommandCode code = COMMANDS.get(event);
    if (code == null) {
      throw new IllegalArgumentException("unknown event " + event);
    }
    return code;
  }

  private static Command macro(CommandCode code, JsonObject macros) {
    return new Command.Macro(
        code.letter(),
        macros.keys().stream()
            .map(name -> new MacroValue(Bytes.ofLatin1(name), macros.text(name)))
            .toList());
  }

  private static Command command(CommandCode code, JsonObject in) {
    return switch (code) {
      case NEGOTIATE -> new Command.Negotiate(negotiation(in));
      case CONNECT -> new Command.Connect(in.text("host"), address(in));
      case HELO -> new Command.Helo(argument(in, 0));
      case MAIL -> new Command.Mail(argument(in, 0), furtherArguments(in));
      case RCPT -> new Command.Rcpt(argument(in, 0), furtherArguments(in));
      case DATA -> new Command.Data();
      case HEADER -> new Command.Header(argument(in, 0), argument(in, 1));
      case END_OF_HEADERS -> new Command.EndOfHeaders();
      case BODY -> new Command.Body(in.text("data"));
      case END_OF_MESSAGE -> new Command.EndOfMessage();
      case ABORT -> new Command.Abort();
      case QUIT -> new Command.Quit();
      case MACRO, UNKNOWN, QUIT_KEEP_CONNECTION ->
          throw new IllegalArgumentException("not recorded: " + code);
    };
  }

  private static Reply reply(String name, JsonObject in) {
    return switch (name) {
      case "optneg" -> new Reply.Negotiate(negotiation(in));
      case "continue" -> new Reply.Continue();
      case "accept" -> new Reply.Accept();
      case "discard" -> new Reply.Discard();
      case "skip" -> new Reply.Skip();
      case "replycode" -> new Reply.ReplyCode(argument(in, 0));
      case "addrcpt" -> new Reply.AddRecipient(argument(in, 0));
      case "delrcpt" -> new Reply.DeleteRecipient(argument(in, 0));
      case "addheader" -> new Reply.AddHeader(argument(in, 0), argument(in, 1));
      case "insheader" ->
          new Reply.InsertHeader(in.number("index"), argument(in, 0), argument(in, 1));
      case "chgheader" ->
          new Reply.ChangeHeader(in.number("index"), argument(in, 0), argument(in, 1));
      case "replbody" -> new Reply.ReplaceBody(in.text("data"));
      case "quarantine" -> new Reply.Quarantine(argument(in, 0));
      default -> throw new IllegalArgumentException("unknown answer " + name);
    };
  }

  private static Negotiation negotiation(JsonObject in) {
    List<MacroList> lists = in.has("macros") ? macroLists(in.object("macros")) : List.of();
    return new Negotiation(
        in.number("version"),
        new Actions(Integer.decode(in.string("actions"))),
        new ProtocolSteps(Integer.decode(in.string("protocol"))),
        lists);
  }

  private static List<MacroList> macroLists(JsonObject byStage) {
    return byStage.keys().stream()
        .map(stage -> new MacroList(Integer.parseInt(stage), byStage.text(stage)))
        .toList();
  }

  private static ClientAddress address(JsonObject in) {
    for (ClientAddress.Family family : ClientAddress.Family.values()) {
      if (family.code() == in.string("family").charAt(0)) {
        return new ClientAddress(family, CLIENT_PORT, in.text("addr"));
      }
    }
    throw new IllegalArgumentException("unknown family " + in.string("family"));
  }

  private static Bytes argument(JsonObject in, int index) {
    return in.texts("args").get(index);
  }

  private static List<Bytes> furtherArguments(JsonObject in) {
    List<Bytes> all = in.texts("args");
    return all.subList(1, all.size());
  }
}
