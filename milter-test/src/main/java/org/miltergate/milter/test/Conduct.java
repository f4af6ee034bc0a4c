package org.miltergate.milter.test;

import java.util.List;
import java.util.Optional;
import org.miltergate.milter.wire.Command;

/** How a milter behaves on one connection. Confined to the thread of the connection. */
interface Conduct {

  /** Says that a command came which was not expected. */
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

  /** Returns what is done before the first command comes. */
  List<ScriptStep> opening();

  List<ScriptStep> answer(Command command) throws Mismatch;

  /** Returns what has to come before the connection ends; empty if nothing. */
  Optional<String> missing();
}
