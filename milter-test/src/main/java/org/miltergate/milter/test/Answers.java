package org.miltergate.milter.test;

import java.util.List;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.Reply;

/**
 * A milter's replies, as a function.
 *
 * <p>Not called for commands without a reply: macros, ABORT and QUIT, and commands for which no
 * reply was agreed; nor for the negotiation. Called from the threads of all connections.
 */
@FunctionalInterface
public interface Answers {
  /** The default reply: continue. */
  List<Reply> CONTINUE = List.of(new Reply.Continue());

  /** Returns the replies to send, in order; none if the list is empty. */
  List<Reply> to(Command command);
}
