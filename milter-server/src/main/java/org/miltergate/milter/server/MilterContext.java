package org.miltergate.milter.server;

import java.util.Map;
import java.util.Optional;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.Negotiation;

/** What a handler can ask about its connection. Confined to the thread that calls the handler. */
public interface MilterContext {

  /** Returns what both sides agreed on. */
  Negotiation agreed();

  /**
   * Returns the value that the MTA gave a macro, at this stage or the nearest one before.
   *
   * @param name with or without braces
   */
  Optional<Bytes> macro(String name);

  /** Returns all macros in sight, by their names without braces. */
  Map<String, Bytes> macros();
}
