package org.miltergate.milter.test;

import java.util.List;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.Reply;

/**
 * What a milter answers, as a function.
 *
 * <p>Not asked about what has no answer: macros, ABORT and QUIT, and commands that were agreed to
 * have none; nor about the negotiation. Called by the threads of all connections.
 */
@FunctionalInterface
public interface Answers {
  /** The usual answer: go on. */
  List<Reply> CONTINUE = List.of(new Reply.Continue());

  /** Returns what is sent, in order; nothing if the list is empty. */
  List<Reply> to(Command command);
}
