package org.miltergate.milter.session;

import java.io.IOException;
import org.miltergate.milter.wire.Reply;

/** Takes the modifications of one milter at the end of a message, in the order sent. */
@FunctionalInterface
public interface ModificationSink {
  /**
   * Keeps one modification until the verdict.
   *
   * @throws MilterException if the milter may not do this, or asks for too much; the session is
   *     then closed
   * @throws IOException if there is no room to keep it, which is not the milter's fault
   */
  void take(Reply.Modification modification) throws IOException;
}
