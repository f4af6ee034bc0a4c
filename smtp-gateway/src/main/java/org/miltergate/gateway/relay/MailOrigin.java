package org.miltergate.gateway.relay;

import java.util.Objects;

/**
 * Where a message comes from, as far as that decides where it goes.
 *
 * @param listener name of the listener that its client is connected to; empty if there is none
 * @param loggedIn whether the client has logged in
 * @param trusted whether it is of a trusted network
 */
public record MailOrigin(String listener, boolean loggedIn, boolean trusted) {
  /** The gateway itself, which has no client. */
  public static final MailOrigin GATEWAY = new MailOrigin("", false, false);

  public MailOrigin {
    Objects.requireNonNull(listener, "listener");
  }
}
