package org.miltergate.config;

/** Whether something is done. */
public enum Switch {
  ON,
  OFF
}
