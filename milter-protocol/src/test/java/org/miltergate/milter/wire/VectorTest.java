package org.miltergate.milter.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.miltergate.milter.bytes.Bytes;

class VectorTest {
  /** The one packet whose spelling is not what an encoder writes. */
  private static final String COMMA_LIST = "optneg-reply-symlist-comma";

  static Stream<Vector> commands() {
    return Vector.all().stream().filter(v -> v.isValid() && v.isCommand());
  }

  static Stream<Vector> replies() {
    return Vector.all().stream().filter(v -> v.isValid() && !v.isCommand());
  }

  static Stream<Vector> invalid() {
    return Vector.all().stream().filter(v -> !v.isValid());
  }

  static Stream<Vector> large() {
    return Vector.in(Vector.LARGE);
  }

  @Test
  void coverEveryLetterOfBothDirections() {
    assertThat(commands().map(VectorPacket::command).map(CommandCode::of))
        .contains(CommandCode.values());
    assertThat(replies().map(VectorPacket::reply).map(ReplyCode::of)).contains(ReplyCode.values());
    assertThat(Vector.all()).hasSize(127);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("commands")
  void commandDecodesToItsFieldsAndBack(Vector vector) throws Exception {
    ByteBuffer in = vector.buffer();

    Command decoded = Codec.commands().decode(in).orElseThrow();

    assertThat(decoded).isEqualTo(VectorPacket.command(vector));
    assertThat(in.hasRemaining()).isFalse();
    assertThat(Codec.encode(VectorPacket.command(vector))).isEqualTo(Bytes.copyOf(vector.bytes()));
    assertThat((char) CommandCode.of(decoded).letter()).hasToString(vector.code());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("replies")
  void replyDecodesToItsFieldsAndBack(Vector vector) throws Exception {
    for (Strictness strictness : Strictness.values()) {
      ByteBuffer in = vector.buffer();

      Reply decoded = Codec.replies(strictness).decode(in).orElseThrow();

      assertThat(withBlanks(decoded)).isEqualTo(VectorPacket.reply(vector));
      assertThat(in.hasRemaining()).isFalse();
      assertThat(Codec.encode(decoded)).isEqualTo(Bytes.copyOf(vector.bytes()));
    }
    if (!vector.name().equals(COMMA_LIST)) {
      assertThat(Codec.encode(VectorPacket.reply(vector))).isEqualTo(Bytes.copyOf(vector.bytes()));
    }
  }

  /** Returns the same macro lists as an encoder would spell them. */
  private static Reply withBlanks(Reply reply) {
    if (!(reply instanceof Reply.Negotiate(Negotiation wish))) {
      return reply;
    }
    List<MacroList> lists =
        wish.macroLists().stream()
            .map(l -> MacroList.of(MacroStage.ofWire(l.stage()).orElseThrow(), l.names()))
            .toList();
    return new Reply.Negotiate(
        new Negotiation(wish.version(), wish.actions(), wish.steps(), lists));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("invalid")
  void invalidIsRefusedForItsReason(Vector vector) {
    assertThat(refusal(vector, Strictness.STRICT).kind()).hasToString(vector.error());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("invalid")
  void lenientTakesOnlyReplyTextsThatStrictRefuses(Vector vector) throws Exception {
    if (vector.name().startsWith("replycode-")) {
      assertThat(Codec.replies(Strictness.LENIENT).decode(vector.buffer())).isPresent();
    } else {
      assertThat(refusal(vector, Strictness.LENIENT).kind()).hasToString(vector.error());
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("large")
  void largePacketPassesUpToTheLimitOfItsDataSize(Vector vector) throws Exception {
    byte[] packet = vector.bytes();
    CommandDecoder usual = new CommandDecoder(DataSize.USUAL.maxPayloadBytes() + 1);
    if (!vector.isValid()) {
      assertThat(refusal(usual::decode, vector.buffer()).kind()).hasToString(vector.error());
      return;
    }
    int payload = packet.length - 5;

    Command decoded = new CommandDecoder(payload + 1).decode(vector.buffer()).orElseThrow();

    assertThat(decoded)
        .isEqualTo(new Command.Body(Bytes.copyOf(packet, packet.length - payload, payload)));
    assertThat(Codec.encode(decoded)).isEqualTo(Bytes.copyOf(packet));
    assertThat(DataSize.values()).anyMatch(size -> size.maxPayloadBytes() == payload);
    assertThat(refusal(new CommandDecoder(payload)::decode, vector.buffer()))
        .hasMessage("frame length is %d bytes, limit is %d", payload + 1, payload);
  }

  private static MalformedPacketException refusal(Vector vector, Strictness strictness) {
    ReplyDecoder replies = Codec.replies(strictness);
    CommandDecoder commands = Codec.commands();
    Codec.Decoder<Object> toTheEnd =
        in -> {
          boolean isWhole =
              (vector.isCommand() ? commands.decode(in) : replies.decode(in)).isPresent();
          if (!isWhole) {
            replies.end(in);
          }
          return Optional.empty();
        };
    return refusal(toTheEnd, vector.buffer());
  }

  private static <T> MalformedPacketException refusal(Codec.Decoder<T> decoder, ByteBuffer in) {
    MalformedPacketException refusal =
        catchThrowableOfType(MalformedPacketException.class, () -> decoder.decode(in));
    assertThat(refusal).as("refusal").isNotNull();
    assertThat(in.position()).as("consumed by a refusal").isZero();
    return refusal;
  }
}
