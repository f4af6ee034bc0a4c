package org.miltergate.milter.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.miltergate.milter.bytes.Bytes;

/** Short forms of encoding and decoding for the tests. */
final class Codec {
  static final int MAX_FRAME_BYTES = DataSize.LARGEST.maxPayloadBytes() + 1;

  /** Any of the decoders. */
  interface Decoder<T> {
    Optional<T> decode(ByteBuffer in) throws MalformedPacketException;
  }

  private static final PacketEncoder ENCODER =
      new PacketEncoder(DataSize.LARGEST.maxPayloadBytes());

  private Codec() {}

  static CommandDecoder commands() {
    return new CommandDecoder(MAX_FRAME_BYTES);
  }

  static ReplyDecoder replies(Strictness strictness) {
    return new ReplyDecoder(MAX_FRAME_BYTES, strictness);
  }

  static Bytes encode(Command command) {
    PacketBuffer out = new PacketBuffer();
    ENCODER.encode(command, out);
    return Bytes.copyOf(out.toSend());
  }

  static Bytes encode(Reply reply) {
    PacketBuffer out = new PacketBuffer();
    ENCODER.encode(reply, out);
    return Bytes.copyOf(out.toSend());
  }

  /** Decodes what is there, and leaves in the buffer what is not a whole packet. */
  static <T> List<T> decodeAll(Decoder<T> decoder, ByteBuffer in) throws MalformedPacketException {
    List<T> packets = new ArrayList<>();
    for (Optional<T> next = decoder.decode(in); next.isPresent(); next = decoder.decode(in)) {
      packets.add(next.get());
    }
    return packets;
  }

  /** Feeds the stream in pieces that end at {@code cuts}, as a socket could deliver it. */
  static <T> List<T> decodePieces(Decoder<T> decoder, byte[] stream, int... cuts)
      throws MalformedPacketException {
    List<T> packets = new ArrayList<>();
    ByteBuffer in = ByteBuffer.allocate(stream.length).limit(0);
    int start = 0;
    for (int end : Arrays.copyOf(cuts, cuts.length + 1)) {
      int to = end == 0 ? stream.length : end;
      in.compact().put(stream, start, to - start).flip();
      packets.addAll(decodeAll(decoder, in));
      start = to;
    }
    if (in.hasRemaining()) {
      throw new AssertionError(in.remaining() + " bytes left over");
    }
    return packets;
  }
}
