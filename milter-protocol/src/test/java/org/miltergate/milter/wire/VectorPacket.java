package org.miltergate.milter.wire;

import java.util.HexFormat;
import java.util.List;
import org.miltergate.milter.bytes.Bytes;

/** Builds packets from the decoded fields of the test data, without any codec. */
final class VectorPacket {
  private VectorPacket() {}

  static Command command(Vector vector) {
    JsonObject in = vector.fields();
    return switch (vector.code()) {
      case "O" -> new Command.Negotiate(negotiation(in));
      case "D" -> new Command.Macro((byte) in.string("for_command").charAt(0), macros(in));
      case "C" -> new Command.Connect(in.text("hostname"), address(in));
      case "H" -> new Command.Helo(in.text("helo"));
      case "M" -> new Command.Mail(in.text("sender"), in.texts("args"));
      case "R" -> new Command.Rcpt(in.text("recipient"), in.texts("args"));
      case "T" -> new Command.Data();
      case "L" -> new Command.Header(in.text("name"), in.text("value"));
      case "N" -> new Command.EndOfHeaders();
      case "B" -> new Command.Body(data(in));
      case "E" -> new Command.EndOfMessage(data(in));
      case "U" -> new Command.Unknown(in.text("line"));
      case "A" -> new Command.Abort();
      case "Q" -> new Command.Quit();
      case "K" -> new Command.QuitKeepConnection();
      default -> throw new IllegalArgumentException(vector.code());
    };
  }

  static Reply reply(Vector vector) {
    JsonObject in = vector.fields();
    return switch (vector.code()) {
      case "O" -> new Reply.Negotiate(negotiation(in));
      case "p" -> new Reply.Progress();
      case "c" -> new Reply.Continue();
      case "a" -> new Reply.Accept();
      case "r" -> new Reply.Reject();
      case "t" -> new Reply.TempFail();
      case "d" -> new Reply.Discard();
      case "s" -> new Reply.Skip();
      case "4" -> new Reply.Shutdown();
      case "f" -> new Reply.ConnectionFailure();
      case "y" -> new Reply.ReplyCode(in.text("text"));
      case "+" -> new Reply.AddRecipient(in.text("recipient"));
      case "2" ->
          new Reply.AddRecipientWithArguments(in.text("recipient"), optionalText(in, "args"));
      case "-" -> new Reply.DeleteRecipient(in.text("recipient"));
      case "e" -> new Reply.ChangeSender(in.text("sender"), optionalText(in, "args"));
      case "h" -> new Reply.AddHeader(in.text("name"), in.text("value"));
      case "i" -> new Reply.InsertHeader(in.number("index"), in.text("name"), in.text("value"));
      case "m" -> new Reply.ChangeHeader(in.number("index"), in.text("name"), in.text("value"));
      case "b" -> new Reply.ReplaceBody(data(in));
      case "q" -> new Reply.Quarantine(in.text("reason"));
      default -> throw new IllegalArgumentException(vector.code());
    };
  }

  private static Negotiation negotiation(JsonObject in) {
    return new Negotiation(
        in.number("version"),
        new Actions(in.number("actions")),
        new ProtocolSteps(in.number("protocol")),
        in.objects("symlists").stream().map(VectorPacket::macroList).toList());
  }

  private static MacroList macroList(JsonObject list) {
    MacroStage stage = MacroStage.ofWire(list.number("stage")).orElseThrow();
    return MacroList.of(stage, list.texts("macros"));
  }

  private static List<MacroValue> macros(JsonObject in) {
    return in.list("macros").stream()
        .map(JsonObject::array)
        .map(p -> new MacroValue(JsonObject.latin1(p.get(0)), JsonObject.latin1(p.get(1))))
        .toList();
  }

  private static ClientAddress address(JsonObject in) {
    byte code = (byte) in.string("family").charAt(0);
    for (ClientAddress.Family family : ClientAddress.Family.values()) {
      if (family.code() == code && family != ClientAddress.Family.UNKNOWN) {
        return new ClientAddress(family, in.number("port"), in.text("address"));
      }
    }
    return ClientAddress.UNKNOWN;
  }

  private static Bytes data(JsonObject in) {
    Bytes data =
        in.has("data_hex")
            ? Bytes.copyOf(HexFormat.of().parseHex(in.string("data_hex")))
            : Bytes.EMPTY;
    if (in.has("length") && in.number("length") != data.length()) {
      throw new IllegalArgumentException("length is not that of the data");
    }
    return data;
  }

  private static List<Bytes> optionalText(JsonObject in, String key) {
    return in.has(key) ? List.of(in.text(key)) : List.of();
  }
}
