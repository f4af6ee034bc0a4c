package org.miltergate.gateway.smtp.content;

import java.io.Closeable;
import org.miltergate.gateway.smtp.io.Pace;
import org.miltergate.net.Deadline;

/** A message between its first BDAT command and the one that says LAST. */
public sealed interface Chunks extends Closeable {
  /** Returns by when the next command has to be there, if {@code ofCommand} is its own deadline. */
  Deadline limit(Deadline ofCommand);

  @Override
  void close();

  /**
   * All of its chunks so far were taken.
   *
   * @param content what they held
   * @param reader has the state of the line that the last one broke off in
   * @param pace of the whole message
   */
  record Taken(ContentCollector content, ChunkReader reader, Pace pace) implements Chunks {
    @Override
    public Deadline limit(Deadline ofCommand) {
      return pace.deadline().earlierOf(ofCommand);
    }

    @Override
    public void close() {
      content.close();
    }
  }

  /**
   * One of them was refused: what follows is discarded up to LAST or RSET, because a client that
   * pipelines may have sent it already.
   */
  record Refused() implements Chunks {
    @Override
    public Deadline limit(Deadline ofCommand) {
      return ofCommand; // each of them is an error, and there may be only so many
    }

    @Override
    public void close() {
      // Nothing was kept.
    }
  }
}
