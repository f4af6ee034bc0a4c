package org.miltergate.milter.wire;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.MalformedPacketException.Kind;

/**
 * Decodes a stream of bytes from a milter into replies.
 *
 * <p>A reply without payload is always the same object in the same {@link Optional}, so that a
 * verdict allocates nothing.
 *
 * <p>Immutable and thread-safe.
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

  /** The number of bytes before the payload of a packet. */
  public static final int BODY_OFFSET = FrameDecoder.LENGTH_BYTES + FrameDecoder.LETTER_BYTES;

  private final FrameDecoder frames;
  private final Strictness strictness;

  /**
   * Creates a decoder with a size limit.
   *
   * @param maxFrameBytes largest length word that is accepted, which includes the letter; at least
   *     1
   */
  public ReplyDecoder(int maxFrameBytes, Strictness strictness) {
    this.frames = new FrameDecoder(maxFrameBytes);
    this.strictness = Objects.requireNonNull(strictness, "strictness");
  }

  /**
   * Returns the next reply, or empty if {@code in} does not contain a complete one.
   *
   * <p>The position moves to after the reply; it does not change if the result is empty or an
   * exception.
   *
   * @throws MalformedPacketException if the bytes are not a reply; the rest of the stream cannot be
   *     decoded then
   */
  public Optional<Reply> decode(ByteBuffer in) throws MalformedPacketException {
    int length = frames.wholeFrame(in);
    if (length == FrameDecoder.INCOMPLETE) {
      return Optional.empty();
    }
    int start = in.position() + FrameDecoder.LENGTH_BYTES;
    int end = start + length;
    byte letter = in.get(start);
    ReplyCode code = ReplyCode.find(letter);
    if (code == null) {
      throw new MalformedPacketException(
          Kind.UNKNOWN_CODE, String.format(Locale.ROOT, "unknown reply code 0x%02x", letter));
    }
    Optional<Reply> reply = bare(code);
    if (reply.isEmpty() || length > FrameDecoder.LETTER_BYTES) {
      PayloadReader payload =
          new PayloadReader("reply", letter, in, start + FrameDecoder.LETTER_BYTES, end);
      if (reply.isEmpty()) {
        reply = Optional.of(withPayload(code, payload));
      }
      payload.requireExhausted();
    }
    in.position(end);
    return reply;
  }

  /**
   * Returns the payload length in bytes of the next packet, if that is a piece of a new body
   * ({@code SMFIR_REPLBODY}). Its payload is its content and can be processed as it arrives, so it
   * may be longer than {@link #decode} accepts.
   *
   * @param in not changed
   * @return -1 if it is another packet; {@link Long#MAX_VALUE} if its letter has not arrived yet
   *     and the packet is too long for {@link #decode} unless it is a piece of a body
   */
  public long bodyLength(ByteBuffer in) {
    if (in.remaining() == FrameDecoder.LENGTH_BYTES && frames.isTooLong(in)) {
      return Long.MAX_VALUE;
    }
    if (in.remaining() < BODY_OFFSET
        || in.get(in.position() + FrameDecoder.LENGTH_BYTES) != ReplyCode.REPLACE_BODY.letter()) {
      return -1;
    }
    return FrameDecoder.length(in) - FrameDecoder.LETTER_BYTES;
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

  /** Returns the reply if it has no payload, or empty if replies with this letter have one. */
  private static Optional<Reply> bare(ReplyCode code) {
    return switch (code) {
      case PROGRESS -> PROGRESS;
      case CONTINUE -> CONTINUE;
      case ACCEPT -> ACCEPT;
      case REJECT -> REJECT;
      case TEMPFAIL -> TEMPFAIL;
      case DISCARD -> DISCARD;
      case SKIP -> SKIP;
      case SHUTDOWN -> SHUTDOWN;
      case CONNECTION_FAILURE -> CONNECTION_FAILURE;
      case NEGOTIATE,
          REPLY_CODE,
          ADD_RECIPIENT,
          ADD_RECIPIENT_WITH_ARGUMENTS,
          DELETE_RECIPIENT,
          CHANGE_SENDER,
          ADD_HEADER,
          INSERT_HEADER,
          CHANGE_HEADER,
          REPLACE_BODY,
          QUARANTINE ->
          Optional.empty();
    };
  }

  private Reply withPayload(ReplyCode code, PayloadReader in) throws MalformedPacketException {
    return switch (code) {
      case NEGOTIATE -> new Reply.Negotiate(NegotiationCodec.readWish(in));
      case REPLY_CODE -> new Reply.ReplyCode(replyText(in));
      case ADD_RECIPIENT -> new Reply.AddRecipient(in.text("recipient"));
      case ADD_RECIPIENT_WITH_ARGUMENTS ->
          new Reply.AddRecipientWithArguments(in.text("recipient"), in.optionalText("arguments"));
      case DELETE_RECIPIENT -> new Reply.DeleteRecipient(in.text("recipient"));
      case CHANGE_SENDER -> new Reply.ChangeSender(in.text("sender"), in.optionalText("arguments"));
      case ADD_HEADER -> new Reply.AddHeader(in.text("name"), in.text("value"));
      case INSERT_HEADER ->
          new Reply.InsertHeader(in.uint32("index"), in.text("name"), in.text("value"));
      case CHANGE_HEADER ->
          new Reply.ChangeHeader(in.uint32("index"), in.text("name"), in.text("value"));
      case REPLACE_BODY -> new Reply.ReplaceBody(in.rest());
      case QUARANTINE -> new Reply.Quarantine(text(in, "reason"));
      case PROGRESS,
          CONTINUE,
          ACCEPT,
          REJECT,
          TEMPFAIL,
          DISCARD,
          SKIP,
          SHUTDOWN,
          CONNECTION_FAILURE ->
          throw new IllegalStateException(code + " has no payload");
    };
  }

  private Bytes replyText(PayloadReader in) throws MalformedPacketException {
    return switch (strictness) {
      case STRICT -> {
        Bytes text = text(in, "text");
        StrictReplyText.check(text);
        yield text;
      }
      case LENIENT -> text(in, "text");
    };
  }

  /** Reads a text for people, which some milters do not end with exactly one NUL. */
  private Bytes text(PayloadReader in, String field) throws MalformedPacketException {
    return switch (strictness) {
      case STRICT -> in.text(field);
      case LENIENT -> {
        Bytes text = in.textOrRest(field);
        in.rest();
        yield text;
      }
    };
  }
}
