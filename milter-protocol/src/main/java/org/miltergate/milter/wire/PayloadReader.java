package org.miltergate.milter.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.MalformedPacketException.Kind;

/** Reads the fields of one payload, and names the field it fails on. */
final class PayloadReader {
  private final String packet;
  private final ByteBuffer payload;

  /**
   * @param packet for messages, such as {@code reply 'm'}
   * @param payload from its position to its limit
   */
  PayloadReader(String packet, ByteBuffer payload) {
    this.packet = packet;
    this.payload = payload;
  }

  int uint8(String field) throws MalformedPacketException {
    require(1, field);
    return Byte.toUnsignedInt(payload.get());
  }

  int uint16(String field) throws MalformedPacketException {
    require(Short.BYTES, field);
    return Short.toUnsignedInt(payload.getShort());
  }

  int uint32(String field) throws MalformedPacketException {
    require(Integer.BYTES, field);
    return payload.getInt();
  }

  Bytes text(String field) throws MalformedPacketException {
    for (int end = payload.position(); end < payload.limit(); end++) {
      if (payload.get(end) == 0) {
        Bytes text = Bytes.copyOf(payload.slice(payload.position(), end - payload.position()));
        payload.position(end + 1);
        return text;
      }
    }
    throw malformed(Kind.MISSING_NUL, field + " has no terminating NUL");
  }

  /** Reads a text to its NUL, or to the end of the payload if there is none. */
  Bytes textToEnd(String field) throws MalformedPacketException {
    boolean terminated = hasMore() && payload.get(payload.limit() - 1) == 0;
    if (terminated) {
      return text(field);
    }
    Bytes text = rest();
    if (text.indexOf(0, 0) >= 0) {
      throw malformed(Kind.TRAILING_BYTES, field + " goes on behind its NUL");
    }
    return text;
  }

  List<Bytes> texts(String field) throws MalformedPacketException {
    List<Bytes> texts = new ArrayList<>(2);
    while (hasMore()) {
      texts.add(text(field));
    }
    return texts;
  }

  Bytes rest() {
    Bytes rest = Bytes.copyOf(payload);
    payload.position(payload.limit());
    return rest;
  }

  boolean hasMore() {
    return payload.hasRemaining();
  }

  void requireExhausted() throws MalformedPacketException {
    if (payload.hasRemaining()) {
      throw malformed(
          Kind.TRAILING_BYTES, "payload has %d bytes left over".formatted(payload.remaining()));
    }
  }

  MalformedPacketException malformed(Kind kind, String what) {
    return new MalformedPacketException(kind, packet + ": " + what);
  }

  private void require(int bytes, String field) throws MalformedPacketException {
    if (payload.remaining() < bytes) {
      throw malformed(
          Kind.SHORT_PAYLOAD,
          "%s is cut off: %d bytes, wanted %d".formatted(field, payload.remaining(), bytes));
    }
  }

  /** Reads the content of an {@code OPTNEG} packet, to its end. */
  Negotiation negotiation() throws MalformedPacketException {
    int version = uint32("version");
    Actions actions = new Actions(uint32("actions"));
    ProtocolSteps steps = new ProtocolSteps(uint32("protocol steps"));
    List<MacroList> lists = new ArrayList<>();
    while (hasMore()) {
      lists.add(new MacroList(uint32("stage of a macro list"), text("macro list")));
    }
    return new Negotiation(version, actions, steps, lists);
  }
}
