package org.miltergate.milter.server;

import java.util.Map;
import java.util.Optional;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.Negotiation;

/**
 * What a handler can learn about its connection. Not thread-safe; use from the thread that calls
 * the handler.
 */
public interface MilterContext {

  /** Returns the result of the negotiation. */
  Negotiation agreed();

  /**
   * Returns the value of a macro that the MTA sent, at this stage or the nearest earlier one; empty
   * if it sent none.
   *
   * @param name with or without braces
   */
  Optional<Bytes> macro(String name);

  /** Returns all macros visible at this stage, by their names without braces. */
  Map<String, Bytes> macros();
}
