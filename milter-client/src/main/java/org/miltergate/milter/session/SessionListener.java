package org.miltergate.milter.session;

import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.Reply;

/**
 * Hears what goes over the wire of one session; for traces and tests.
 *
 * <p>Called in the session's thread; what it throws is not caught.
 */
public interface SessionListener {
  /** Does nothing. */
  SessionListener NONE = new SessionListener() {};

  /** A command was written, or queued for the next write. */
  default void told(Command command) {}

  /** The milter answered. A long piece of a new body is heard in parts, each as a piece. */
  default void said(Reply reply) {}

  /** The milter did something odd that has no consequence. */
  default void warned(String text) {}
}
