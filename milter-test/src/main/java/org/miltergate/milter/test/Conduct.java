package org.miltergate.milter.test;

import java.util.List;
import java.util.Optional;
import org.miltergate.milter.wire.Command;

/** How a milter behaves on one connection. Not thread-safe; used by the connection's thread. */
interface Conduct {

  /** Thrown when an unexpected command arrives. */
  final class Mismatch extends Exception {
    private static final long serialVersionUID = 1;

    private final String text;

    Mismatch(String text) {
      super(text);
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  /** Returns the actions before the first command. */
  List<ScriptStep> opening();

  List<ScriptStep> answer(Command command) throws Mismatch;

  /** Returns what must arrive before the connection ends; empty if nothing. */
  Optional<String> missing();
}
