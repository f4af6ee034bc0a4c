package org.miltergate.milter.server;

import java.io.IOException;
import org.miltergate.milter.wire.Reply;

/** Writes replies to the MTA. */
interface ReplyWriter {
  /** Appends a reply to those that wait to be sent; sends them when there are many. */
  void append(Reply reply) throws IOException;

  /** Sends all waiting replies. */
  void flush() throws IOException;
}
