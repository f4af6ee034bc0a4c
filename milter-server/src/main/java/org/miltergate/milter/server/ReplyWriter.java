package org.miltergate.milter.server;

import java.io.IOException;
import org.miltergate.milter.wire.Reply;

/** Takes replies for the MTA. */
interface ReplyWriter {
  /** Puts a reply behind those that wait; writes when many do. */
  void append(Reply reply) throws IOException;

  /** Writes all that waits. */
  void flush() throws IOException;
}
