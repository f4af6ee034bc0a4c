package org.miltergate.milter.wire;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.MalformedPacketException.Kind;

/**
 * Reads replies from a byte stream, however it is cut into pieces.
 *
 * <p>Verdicts without content are shared instances: to read one takes no memory. Immutable and
 * thread-safe.
 */
public final class ReplyDecoder {
  private static final Optional<Reply> PROGRESS = Optional.of(new Reply.Progress());
  private static final Optional<Reply> CONTINUE = Optional.of(new Reply.Continue());
  private static final Optional<Reply> ACCEPT = Optional.of(new Reply.Accept());
  private static final Optional<Reply> REJECT = Optional.of(new Reply.Reject());
  private static final Optional<Reply> TEMPFAIL = Optional.of(new Reply.TempFail());
  private static final Optional<Reply> DISCARD = Optional.of(new Reply.Discard());
  private static final Optional<Reply> SKIP = Optional.of(new Reply.Skip());
  private static final Optional<Reply> SHUTDOWN = Optional.of(new Reply.Shutdown());
  private static final Optional<Reply> CONNECTION_FAILURE =
      Optional.of(new Reply.ConnectionFailure());

  private final int maxFrameBytes;
  private final Strictness strictness;

  /**
   * @param maxFrameBytes longest frame to take, letter and payload; checked before memory is taken
   */
  public ReplyDecoder(int maxFrameBytes, Strictness strictness) {
    this.maxFrameBytes = maxFrameBytes;
    this.strictness = strictness;
  }

  /**
   * Returns the next reply and moves the position of {@code in} behind it, or empty if {@code in}
   * does not hold all of it; then nothing is consumed.
   *
   * @throws MalformedPacketException if these bytes are no reply; the stream is then useless
   */
  public Optional<Reply> decode(ByteBuffer in) throws MalformedPacketException {
    Optional<ByteBuffer> frame = Frames.next(in, maxFrameBytes);
    return frame.isEmpty() ? Optional.empty() : reply(frame.get());
  }

  /**
   * Says that the stream has ended.
   *
   * @throws MalformedPacketException if {@code rest} holds the beginning of a reply
   */
  public void end(ByteBuffer rest) throws MalformedPacketException {
    Frames.end(rest);
  }

  private Optional<Reply> reply(ByteBuffer frame) throws MalformedPacketException {
    byte code = frame.get();
    return switch (code) {
      case 'c' -> withoutPayload(CONTINUE, code, frame);
      case 'p' -> withoutPayload(PROGRESS, code, frame);
      case 'a' -> withoutPayload(ACCEPT, code, frame);
      case 'r' -> withoutPayload(REJECT, code, frame);
      case 't' -> withoutPayload(TEMPFAIL, code, frame);
      case 'd' -> withoutPayload(DISCARD, code, frame);
      case 's' -> withoutPayload(SKIP, code, frame);
      case '4' -> withoutPayload(SHUTDOWN, code, frame);
      case 'f' -> withoutPayload(CONNECTION_FAILURE, code, frame);
      default -> {
        PayloadReader in = reader(code, frame);
        Reply reply = withPayload(code, in);
        in.requireExhausted();
        yield Optional.of(reply);
      }
    };
  }

  private static Optional<Reply> withoutPayload(Optional<Reply> reply, byte code, ByteBuffer frame)
      throws MalformedPacketException {
    if (frame.hasRemaining()) {
      reader(code, frame).requireExhausted();
    }
    return reply;
  }

  private Reply withPayload(byte code, PayloadReader in) throws MalformedPacketException {
    return switch (code) {
      case 'O' -> new Reply.Negotiate(in.negotiation());
      case 'y' ->
          new Reply.ReplyCode(
              strictness == Strictness.STRICT ? in.text("text") : in.textToEnd("text"));
      case '+' -> new Reply.AddRecipient(in.text("recipient"));
      case '2' ->
          new Reply.AddRecipientWithArguments(in.text("recipient"), optional("arguments", in));
      case '-' -> new Reply.DeleteRecipient(in.text("recipient"));
      case 'e' -> new Reply.ChangeSender(in.text("sender"), optional("arguments", in));
      case 'h' -> new Reply.AddHeader(in.text("name"), in.text("value"));
      case 'i' -> new Reply.InsertHeader(in.uint32("index"), in.text("name"), in.text("value"));
      case 'm' -> new Reply.ChangeHeader(in.uint32("index"), in.text("name"), in.text("value"));
      case 'b' -> new Reply.ReplaceBody(in.rest());
      case 'q' -> new Reply.Quarantine(in.text("reason"));
      default ->
          throw new MalformedPacketException(
              Kind.UNKNOWN_CODE, "unknown reply code 0x%02x".formatted(code));
    };
  }

  private static List<Bytes> optional(String field, PayloadReader in)
      throws MalformedPacketException {
    return in.hasMore() ? List.of(in.text(field)) : List.of();
  }

  private static PayloadReader reader(byte code, ByteBuffer payload) {
    return new PayloadReader("reply '" + (char) (code & 0xff) + "'", payload);
  }
}
