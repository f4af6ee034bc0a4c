package org.miltergate.milter.wire;

import java.util.List;
import java.util.Locale;
import org.miltergate.milter.bytes.Bytes;

/**
 * Encodes commands and replies; several can be collected in one {@link PacketBuffer}.
 *
 * <p>A packet that is too large leaves the buffer unchanged. Immutable and thread-safe.
 */
public final class PacketEncoder {
  private final int maxPayloadBytes;

  /**
   * Creates an encoder for payloads of at most 65535 bytes, the limit unless a larger data size was
   * agreed.
   */
  public PacketEncoder() {
    this(DataSize.USUAL.maxPayloadBytes());
  }

  /**
   * Creates an encoder with another limit.
   *
   * @param maxPayloadBytes limit for what follows the letter, see {@link DataSize#maxPayloadBytes}
   */
  public PacketEncoder(int maxPayloadBytes) {
    if (maxPayloadBytes < 1) {
      throw new IllegalArgumentException(
          "maxPayloadBytes is " + maxPayloadBytes + ", must be above 0");
    }
    this.maxPayloadBytes = maxPayloadBytes;
  }

  /**
   * Appends a command to {@code out}.
   *
   * @throws IllegalArgumentException if its payload is above the limit
   */
  public void encode(Command command, PacketBuffer out) {
    out.open(CommandCode.of(command).letter(), maxPayloadBytes);
    switch (command) {
      case Command.Negotiate c -> NegotiationCodec.write(c.offer(), out);
      case Command.Macro c -> macro(c, out);
      case Command.Connect c -> connect(c, out);
      case Command.Helo c -> out.text(c.name());
      case Command.Mail c -> texts(c.sender(), c.arguments(), out);
      case Command.Rcpt c -> texts(c.recipient(), c.arguments(), out);
      case Command.Header c -> field(c.name(), c.value(), out);
      case Command.Body c -> out.bytes(c.chunk());
      case Command.EndOfMessage c -> out.bytes(c.chunk());
      case Command.Unknown c -> out.text(c.line());
      case Command.Data c -> {}
      case Command.EndOfHeaders c -> {}
      case Command.Abort c -> {}
      case Command.Quit c -> {}
      case Command.QuitKeepConnection c -> {}
    }
    out.close();
  }

  /**
   * Appends a reply to {@code out}.
   *
   * @throws IllegalArgumentException if its payload is above the limit
   */
  public void encode(Reply reply, PacketBuffer out) {
    out.open(ReplyCode.of(reply).letter(), maxPayloadBytes);
    switch (reply) {
      case Reply.Negotiate r -> NegotiationCodec.write(r.wish(), out);
      case Reply.ReplyCode r -> out.text(r.text());
      case Reply.AddRecipient r -> out.text(r.recipient());
      case Reply.AddRecipientWithArguments r -> texts(r.recipient(), r.arguments(), out);
      case Reply.DeleteRecipient r -> out.text(r.recipient());
      case Reply.ChangeSender r -> texts(r.sender(), r.arguments(), out);
      case Reply.AddHeader r -> field(r.name(), r.value(), out);
      case Reply.InsertHeader r -> indexedField(r.index(), r.name(), r.value(), out);
      case Reply.ChangeHeader r -> indexedField(r.index(), r.name(), r.value(), out);
      case Reply.ReplaceBody r -> out.bytes(r.chunk());
      case Reply.Quarantine r -> out.text(r.reason());
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
    out.close();
  }

  /**
   * Appends the first five bytes of a {@code SMFIC_BODY} packet. The caller writes the chunk after
   * the buffer in one gathering write, so that a body is not copied.
   *
   * @param chunkBytes length of the chunk, at least 1
   * @throws IllegalArgumentException if it is 0 or above the limit
   */
  public void bodyHeader(int chunkBytes, PacketBuffer out) {
    byte letter = CommandCode.BODY.letter();
    if (chunkBytes < 1) {
      throw new IllegalArgumentException(
          "body chunk has " + chunkBytes + " bytes, must have at least 1");
    }
    if (chunkBytes > maxPayloadBytes) {
      throw tooLarge(letter, chunkBytes, maxPayloadBytes);
    }
    out.open(letter, maxPayloadBytes);
    out.closeBefore(chunkBytes);
  }

  static IllegalArgumentException tooLarge(byte letter, long payloadBytes, int maxPayloadBytes) {
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "packet '%c' has a payload of %d bytes or more, limit is %d",
            (char) letter,
            payloadBytes,
            maxPayloadBytes));
  }

  private static void macro(Command.Macro macro, PacketBuffer out) {
    out.octet(macro.command());
    for (MacroValue value : macro.values()) {
      out.text(value.name());
      out.text(value.value());
    }
  }

  private static void connect(Command.Connect connect, PacketBuffer out) {
    ClientAddress address = connect.address();
    out.text(connect.hostname());
    out.octet(address.family().code());
    if (address.family() != ClientAddress.Family.UNKNOWN) {
      out.uint16(address.port());
      out.text(address.address());
    }
  }

  private static void texts(Bytes first, List<Bytes> others, PacketBuffer out) {
    out.text(first);
    for (Bytes other : others) {
      out.text(other);
    }
  }

  private static void field(Bytes name, Bytes value, PacketBuffer out) {
    out.text(name);
    out.text(value);
  }

  private static void indexedField(int index, Bytes name, Bytes value, PacketBuffer out) {
    out.uint32(index);
    field(name, value, out);
  }
}
