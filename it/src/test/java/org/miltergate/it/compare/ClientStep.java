package org.miltergate.it.compare;

import org.miltergate.milter.bytes.Bytes;

/** What the SMTP client of a scenario does next. */
sealed interface ClientStep {

  /** Sends a command and waits for its answer. */
  record Command(String line) implements ClientStep {}

  /** Sends a message with its final dot and waits for the answer; passed by if DATA was refused. */
  record Content(Bytes message) implements ClientStep {}

  /** Closes the connection silently. */
  record HangUp() implements ClientStep {}

  /** Opens another connection; the previous one stays open. */
  record Connect() implements ClientStep {}
}
