package org.miltergate.milter.filter;

import java.io.IOException;
import org.miltergate.milter.wire.Reply;

/** Takes the edits of a message at its end, in order. */
interface PacketSink {
  void send(Reply.Modification packet) throws IOException;

  /** Returns how many bytes of a new body a packet may hold. */
  int maxBodyBytes();
}
