package org.miltergate.gateway.relay.peer;

/** What a message requires of a connection. */
public enum Terms {
  /** A new one, none that was kept. */
  NEW,
  /** Now, above the limit if need be: somebody who has a connection waits for it. */
  AT_ONCE
}
