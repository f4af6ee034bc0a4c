package org.miltergate.milter.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.ClientAddress.Family;
import org.miltergate.milter.wire.MalformedPacketException.Kind;

/**
 * Reads commands from a byte stream, however it is cut into pieces: the milter's side.
 *
 * <p>Immutable and thread-safe.
 */
public final class CommandDecoder {
  private final int maxFrameBytes;

  /**
   * @param maxFrameBytes longest frame to take, letter and payload; checked before memory is taken
   */
  public CommandDecoder(int maxFrameBytes) {
    this.maxFrameBytes = maxFrameBytes;
  }

  /**
   * Returns the next command and moves the position of {@code in} behind it, or empty if {@code in}
   * does not hold all of it; then nothing is consumed.
   *
   * @throws MalformedPacketException if these bytes are no command; the stream is then useless
   */
  public Optional<Command> decode(ByteBuffer in) throws MalformedPacketException {
    Optional<ByteBuffer> frame = Frames.next(in, maxFrameBytes);
    return frame.isEmpty() ? Optional.empty() : Optional.of(command(frame.get()));
  }

  /**
   * Says that the stream has ended.
   *
   * @throws MalformedPacketException if {@code rest} holds the beginning of a command
   */
  public void end(ByteBuffer rest) throws MalformedPacketException {
    Frames.end(rest);
  }

  private static Command command(ByteBuffer frame) throws MalformedPacketException {
    byte letter = frame.get();
    CommandCode code =
        CommandCode.ofLetter(letter)
            .orElseThrow(() ->
                new MalformedPacketException(
                    Kind.UNKNOWN_CODE, "unknown command code 0x%02x".formatted(letter)));
    PayloadReader in = new PayloadReader("command '" + (char) letter + "'", frame);
    Command command =
        switch (code) {
          case NEGOTIATE -> new Command.Negotiate(in.negotiation());
          case MACRO -> new Command.Macro((byte) in.uint8("command letter"), macros(in));
          case CONNECT -> new Command.Connect(in.text("hostname"), address(in));
          case HELO -> new Command.Helo(in.text("name"));
          case MAIL -> new Command.Mail(in.text("sender"), in.texts("argument"));
          case RCPT -> new Command.Rcpt(in.text("recipient"), in.texts("argument"));
          case DATA -> new Command.Data();
          case HEADER -> new Command.Header(in.text("name"), in.text("value"));
          case END_OF_HEADERS -> new Command.EndOfHeaders();
          case BODY -> body(in);
          case END_OF_MESSAGE -> new Command.EndOfMessage(in.rest());
          case UNKNOWN -> new Command.Unknown(in.text("line"));
          case ABORT -> new Command.Abort();
          case QUIT -> new Command.Quit();
          case QUIT_KEEP_CONNECTION -> new Command.QuitKeepConnection();
        };
    in.requireExhausted();
    return command;
  }

  private static Command.Body body(PayloadReader in) throws MalformedPacketException {
    if (!in.hasMore()) {
      throw in.malformed(Kind.EMPTY_BODY, "chunk is empty, must have at least 1 byte");
    }
    return new Command.Body(in.rest());
  }

  private static List<MacroValue> macros(PayloadReader in) throws MalformedPacketException {
    List<MacroValue> values = new ArrayList<>();
    while (in.hasMore()) {
      Bytes name = in.text("macro name");
      if (!in.hasMore()) {
        throw in.malformed(Kind.ODD_STRINGS, "macro " + name + " has no value");
      }
      values.add(new MacroValue(name, in.text("macro value")));
    }
    return values;
  }

  private static ClientAddress address(PayloadReader in) throws MalformedPacketException {
    int code = in.uint8("address family");
    for (Family family : Family.values()) {
      if (family.code() == code) {
        return family == Family.UNKNOWN
            ? ClientAddress.UNKNOWN
            : new ClientAddress(family, in.uint16("port"), in.text("address"));
      }
    }
    throw in.malformed(
        Kind.UNKNOWN_CODE, "address family is 0x%02x, wanted one of U L 4 6".formatted(code));
  }
}
