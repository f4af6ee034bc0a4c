package org.miltergate.config.listener;

/** Whether clients of a listener log in. */
public enum ListenerAuth {
  /** AUTH is not offered. */
  OFF,
  /** AUTH is offered if there are users. */
  OPTIONAL,
  /** A client that has not logged in cannot send mail. */
  REQUIRED
}
