package org.miltergate.milter.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.MalformedPacketException.Kind;

/**
 * Decodes a stream of bytes from an MTA into commands.
 *
 * <p>Immutable and thread-safe.
 */
public final class CommandDecoder {
  private static final Command DATA = new Command.Data();
  private static final Command END_OF_HEADERS = new Command.EndOfHeaders();
  private static final Command END_OF_MESSAGE = new Command.EndOfMessage();
  private static final Command ABORT = new Command.Abort();
  private static final Command QUIT = new Command.Quit();
  private static final Command QUIT_KEEP_CONNECTION = new Command.QuitKeepConnection();

  private final FrameDecoder frames;

  /**
   * Creates a decoder with a size limit.
   *
   * @param maxFrameBytes largest length word that is accepted, which includes the letter: 65536
   *     unless a larger data size was agreed; at least 1
   */
  public CommandDecoder(int maxFrameBytes) {
    this.frames = new FrameDecoder(maxFrameBytes);
  }

  /**
   * Returns the next command, or empty if {@code in} does not contain a complete one.
   *
   * <p>The position moves to after the command; it does not change if the result is empty or an
   * exception.
   *
   * @throws MalformedPacketException if the bytes are not a command; the rest of the stream cannot
   *     be decoded then
   */
  public Optional<Command> decode(ByteBuffer in) throws MalformedPacketException {
    int length = frames.wholeFrame(in);
    if (length == FrameDecoder.INCOMPLETE) {
      return Optional.empty();
    }
    int start = in.position() + FrameDecoder.LENGTH_BYTES;
    int end = start + length;
    byte letter = in.get(start);
    Optional<CommandCode> code = CommandCode.ofLetter(letter);
    if (code.isEmpty()) {
      throw new MalformedPacketException(
          Kind.UNKNOWN_CODE, String.format(Locale.ROOT, "unknown command code 0x%02x", letter));
    }
    PayloadReader payload =
        new PayloadReader("command", letter, in, start + FrameDecoder.LETTER_BYTES, end);
    Command command = read(code.get(), payload);
    payload.requireExhausted();
    in.position(end);
    return Optional.of(command);
  }

  /**
   * Marks the end of the stream.
   *
   * @param rest the bytes that {@link #decode} left over
   * @throws MalformedPacketException if bytes are left over, which are then part of a packet
   */
  public void end(ByteBuffer rest) throws MalformedPacketException {
    frames.end(rest);
  }

  private static Command read(CommandCode code, PayloadReader in) throws MalformedPacketException {
    return switch (code) {
      case NEGOTIATE -> new Command.Negotiate(NegotiationCodec.readOffer(in));
      case MACRO -> new Command.Macro(in.octet("command letter"), macroValues(in));
      case CONNECT -> new Command.Connect(in.text("hostname"), clientAddress(in));
      case HELO -> new Command.Helo(in.text("name"));
      case MAIL -> new Command.Mail(in.text("sender"), in.texts("argument"));
      case RCPT -> new Command.Rcpt(in.text("recipient"), in.texts("argument"));
      case DATA -> DATA;
      case HEADER -> new Command.Header(in.text("name"), in.text("value"));
      case END_OF_HEADERS -> END_OF_HEADERS;
      case BODY -> new Command.Body(bodyChunk(in));
      case END_OF_MESSAGE -> in.hasMore() ? new Command.EndOfMessage(in.rest()) : END_OF_MESSAGE;
      case UNKNOWN -> new Command.Unknown(in.text("line"));
      case ABORT -> ABORT;
      case QUIT -> QUIT;
      case QUIT_KEEP_CONNECTION -> QUIT_KEEP_CONNECTION;
    };
  }

  private static List<MacroValue> macroValues(PayloadReader in) throws MalformedPacketException {
    List<MacroValue> values = new ArrayList<>();
    while (in.hasMore()) {
      Bytes name = in.text("macro name");
      if (!in.hasMore()) {
        throw in.malformed(Kind.ODD_STRINGS, "the last macro has a name and no value");
      }
      values.add(new MacroValue(name, in.text("macro value")));
    }
    return values;
  }

  private static ClientAddress clientAddress(PayloadReader in) throws MalformedPacketException {
    byte code = in.octet("address family");
    for (ClientAddress.Family family : ClientAddress.Family.values()) {
      if (family.code() == code) {
        return family == ClientAddress.Family.UNKNOWN
            ? ClientAddress.UNKNOWN
            : new ClientAddress(family, in.uint16("port"), in.text("address"));
      }
    }
    throw in.malformed(
        Kind.BAD_FAMILY,
        String.format(Locale.ROOT, "address family is 0x%02x, must be U, L, 4 or 6", code));
  }

  private static Bytes bodyChunk(PayloadReader in) throws MalformedPacketException {
    if (!in.hasMore()) {
      throw in.malformed(Kind.EMPTY_BODY, "body chunk is empty, must have at least 1 byte");
    }
    return in.rest();
  }
}
