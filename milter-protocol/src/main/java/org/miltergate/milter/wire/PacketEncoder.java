package org.miltergate.milter.wire;

import java.util.List;
import org.miltergate.milter.bytes.Bytes;

/**
 * Turns commands and replies into packets.
 *
 * <p>Immutable and thread-safe; the buffer is the caller's.
 */
public final class PacketEncoder {
  private final int maxPayloadBytes;

  /**
   * @param maxPayloadBytes what the peer takes, the command letter not counted; see {@link
   *     DataSize}
   */
  public PacketEncoder(int maxPayloadBytes) {
    this.maxPayloadBytes = maxPayloadBytes;
  }

  /**
   * Appends one packet.
   *
   * @throws IllegalArgumentException if its payload is above the limit; {@code out} is as before
   */
  public void encode(Command command, PacketBuffer out) {
    out.begin(CommandCode.of(command).letter());
    switch (command) {
      case Command.Negotiate(Negotiation offer) -> put(offer, out);
      case Command.Macro(byte letter, List<MacroValue> values) -> {
        out.putByte(letter);
        for (MacroValue value : values) {
          out.putText(value.name());
          out.putText(value.value());
        }
      }
      case Command.Connect(Bytes hostname, ClientAddress address) -> {
        out.putText(hostname);
        put(address, out);
      }
      case Command.Helo(Bytes name) -> out.putText(name);
      case Command.Mail(Bytes sender, List<Bytes> arguments) -> {
        out.putText(sender);
        putTexts(arguments, out);
      }
      case Command.Rcpt(Bytes recipient, List<Bytes> arguments) -> {
        out.putText(recipient);
        putTexts(arguments, out);
      }
      case Command.Header(Bytes name, Bytes value) -> {
        out.putText(name);
        out.putText(value);
      }
      case Command.Body(Bytes chunk) -> out.putBytes(chunk);
      case Command.EndOfMessage(Bytes chunk) -> out.putBytes(chunk);
      case Command.Unknown(Bytes line) -> out.putText(line);
      case Command.Data c -> {}
      case Command.EndOfHeaders c -> {}
      case Command.Abort c -> {}
      case Command.Quit c -> {}
      case Command.QuitKeepConnection c -> {}
    }
    out.end(maxPayloadBytes);
  }

  /**
   * Appends one packet.
   *
   * @throws IllegalArgumentException if its payload is above the limit; {@code out} is as before
   */
  public void encode(Reply reply, PacketBuffer out) {
    out.begin(ReplyCode.of(reply).letter());
    switch (reply) {
      case Reply.Negotiate(Negotiation wish) -> put(wish, out);
      case Reply.ReplyCode(Bytes text) -> out.putText(text);
      case Reply.AddRecipient(Bytes recipient) -> out.putText(recipient);
      case Reply.AddRecipientWithArguments(Bytes recipient, List<Bytes> arguments) -> {
        out.putText(recipient);
        putTexts(arguments, out);
      }
      case Reply.DeleteRecipient(Bytes recipient) -> out.putText(recipient);
      case Reply.ChangeSender(Bytes sender, List<Bytes> arguments) -> {
        out.putText(sender);
        putTexts(arguments, out);
      }
      case Reply.AddHeader(Bytes name, Bytes value) -> {
        out.putText(name);
        out.putText(value);
      }
      case Reply.InsertHeader(int index, Bytes name, Bytes value) -> {
        out.putInt(index);
        out.putText(name);
        out.putText(value);
      }
      case Reply.ChangeHeader(int index, Bytes name, Bytes value) -> {
        out.putInt(index);
        out.putText(name);
        out.putText(value);
      }
      case Reply.ReplaceBody(Bytes chunk) -> out.putBytes(chunk);
      case Reply.Quarantine(Bytes reason) -> out.putText(reason);
      case Reply.Progress r -> {}
      case Reply.Continue r -> {}
      case Reply.Accept r -> {}
      case Reply.Reject r -> {}
      case Reply.TempFail r -> {}
      case Reply.Discard r -> {}
      case Reply.Skip r -> {}
      case Reply.Shutdown r -> {}
      case Reply.ConnectionFailure r -> {}
    }
    out.end(maxPayloadBytes);
  }

  private static void put(Negotiation negotiation, PacketBuffer out) {
    out.putInt(negotiation.version());
    out.putInt(negotiation.actions().bits());
    out.putInt(negotiation.steps().bits());
    for (MacroList list : negotiation.macroLists()) {
      out.putInt(list.stage());
      out.putText(list.text());
    }
  }

  private static void put(ClientAddress address, PacketBuffer out) {
    out.putByte(address.family().code());
    if (address.family() != ClientAddress.Family.UNKNOWN) {
      out.putShort(address.port());
      out.putText(address.address());
    }
  }

  private static void putTexts(List<Bytes> texts, PacketBuffer out) {
    for (Bytes text : texts) {
      out.putText(text);
    }
  }
}
