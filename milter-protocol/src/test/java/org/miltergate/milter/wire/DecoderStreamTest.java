package org.miltergate.milter.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DecoderStreamTest {

  static List<Vector.Sequence> sequences() {
    return Vector.sequences();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sequences")
  void conversationDecodesAtOnceAndByteByByte(Vector.Sequence sequence) throws Exception {
    byte[] commands = joined(sequence.commands());
    byte[] replies = joined(sequence.replies());
    List<Command> expectedCommands = sequence.commands().map(VectorPacket::command).toList();
    List<Reply> expectedReplies = sequence.replies().map(VectorPacket::reply).toList();

    for (int[] cuts : List.of(new int[0], IntStream.range(1, commands.length).toArray())) {
      assertThat(Codec.decodePieces(Codec.commands()::decode, commands, cuts))
          .isEqualTo(expectedCommands);
    }
    for (int[] cuts : List.of(new int[0], IntStream.range(1, replies.length).toArray())) {
      assertThat(Codec.decodePieces(Codec.replies(Strictness.STRICT)::decode, replies, cuts))
          .isEqualTo(expectedReplies);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sequences")
  void conversationEncodesIntoOneBuffer(Vector.Sequence sequence) {
    PacketEncoder encoder = new PacketEncoder();
    PacketBuffer toMilter = new PacketBuffer();
    PacketBuffer toMta = new PacketBuffer();

    sequence.commands().forEach(c -> encoder.encode(VectorPacket.command(c), toMilter));
    sequence.replies().forEach(r -> encoder.encode(VectorPacket.reply(r), toMta));

    assertThat(toMilter.toSend()).isEqualTo(ByteBuffer.wrap(joined(sequence.commands())));
    assertThat(toMta.toSend()).isEqualTo(ByteBuffer.wrap(joined(sequence.replies())));
  }

  @Test
  void splitAtAnyPositionMakesNoDifference() throws Exception {
    byte[] commands = joined(VectorTest.commands());
    byte[] replies = joined(VectorTest.replies());
    List<Command> wholeCommands = Codec.decodePieces(Codec.commands()::decode, commands);
    ReplyDecoder replyDecoder = Codec.replies(Strictness.STRICT);
    List<Reply> wholeReplies = Codec.decodePieces(replyDecoder::decode, replies);

    for (int cut = 1; cut < commands.length; cut++) {
      assertThat(Codec.decodePieces(Codec.commands()::decode, commands, cut))
          .as("cut at %d", cut)
          .isEqualTo(wholeCommands);
    }
    for (int cut = 1; cut < replies.length; cut++) {
      assertThat(Codec.decodePieces(replyDecoder::decode, replies, cut))
          .as("cut at %d", cut)
          .isEqualTo(wholeReplies);
    }
    assertThat(wholeCommands).hasSize((int) VectorTest.commands().count());
    assertThat(wholeReplies).hasSize((int) VectorTest.replies().count());
  }

  private static byte[] joined(Stream<Vector> vectors) {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    vectors.forEach(vector -> stream.writeBytes(vector.bytes()));
    return stream.toByteArray();
  }
}
