package org.miltergate.gateway.testkit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.miltergate.gateway.smtp.io.ClientInput;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.net.Deadline;

/** Gives a client's bytes in the given pieces, one piece a read, and then the end of the input. */
public final class ScriptedSource implements ClientInput.Source {
  private final Deque<Bytes> pieces = new ArrayDeque<>();

  public ScriptedSource(List<Bytes> pieces) {
    this.pieces.addAll(pieces);
  }

  public static ClientInput input(String... latin1Pieces) {
    return new ClientInput(
        new ScriptedSource(List.of(latin1Pieces).stream().map(Bytes::ofLatin1).toList()));
  }

  /** Gives the text one byte a read. */
  public static ClientInput dripping(String latin1) {
    return input(latin1.split("(?s)(?<=.)"));
  }

  @Override
  public int read(byte[] into, int offset, int length, Deadline deadline) {
    Bytes piece = pieces.poll();
    if (piece == null) {
      return -1;
    }
    int read = Math.min(length, piece.length());
    piece.copyTo(0, read, into, offset);
    if (read < piece.length()) {
      pieces.addFirst(piece.slice(read));
    }
    return read;
  }
}
