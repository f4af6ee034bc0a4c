package org.miltergate.it.record;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.CommandDecoder;
import org.miltergate.milter.wire.MalformedPacketException;
import org.miltergate.milter.wire.PacketText;
import org.miltergate.milter.wire.Reply;
import org.miltergate.milter.wire.ReplyDecoder;
import org.miltergate.milter.wire.Strictness;

/**
 * What was said on one connection, packet by packet, as far as it has got.
 *
 * <p>Bytes that are not a packet are recorded as such, and nothing after them is read. Thread-safe.
 */
public final class Recording {
  private static final int LARGEST_FRAME = 1 << 25;

  private final CommandDecoder commandDecoder = new CommandDecoder(LARGEST_FRAME);
  private final ReplyDecoder replyDecoder = new ReplyDecoder(LARGEST_FRAME, Strictness.LENIENT);
  private final Pending toMilter = new Pending();
  private final Pending toMta = new Pending();
  private final List<Command> commands = new ArrayList<>();
  private final List<Reply> replies = new ArrayList<>();
  private final List<String> lines = new ArrayList<>();
  private boolean over;

  Recording() {}

  /** Returns what the MTA has said, macros included. */
  public synchronized List<Command> commands() {
    return List.copyOf(commands);
  }

  /** Returns what the milter has said. */
  public synchronized List<Reply> replies() {
    return List.copyOf(replies);
  }

  /** Returns all packets as text, {@code >} from the MTA and {@code <} from the milter. */
  public synchronized List<String> lines() {
    return List.copyOf(lines);
  }

  /** Returns whether both sides have closed. */
  public synchronized boolean isOver() {
    return over;
  }

  synchronized void over() {
    over = true;
    notifyAll();
  }

  synchronized void fromMta(ByteBuffer bytes) {
    toMilter.add(
        bytes,
        buffer -> {
          Optional<Command> command = commandDecoder.decode(buffer);
          command.ifPresent(packet -> {
            commands.add(packet);
            lines.add("> " + PacketText.write(packet));
          });
          return command.isPresent();
        });
  }

  synchronized void fromMilter(ByteBuffer bytes) {
    toMta.add(
        bytes,
        buffer -> {
          Optional<Reply> reply = replyDecoder.decode(buffer);
          reply.ifPresent(packet -> {
            replies.add(packet);
            lines.add("< " + PacketText.write(packet));
          });
          return reply.isPresent();
        });
  }

  private interface Decoder {
    /** Reads one packet; returns false if there is no complete one. */
    boolean decode(ByteBuffer buffer) throws MalformedPacketException;
  }

  /** Bytes of one direction that are not yet a packet. */
  private final class Pending {
    private ByteBuffer rest = ByteBuffer.allocate(0);
    private boolean garbled;

    void add(ByteBuffer bytes, Decoder decoder) {
      if (garbled) {
        return;
      }
      ByteBuffer all = ByteBuffer.allocate(rest.remaining() + bytes.remaining());
      all.put(rest).put(bytes.duplicate()).flip();
      try {
        boolean more = true;
        while (more) {
          more = decoder.decode(all);
        }
      } catch (MalformedPacketException e) {
        lines.add("! " + e.getMessage());
        garbled = true;
      }
      rest = all;
    }
  }
}
