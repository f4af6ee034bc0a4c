package org.miltergate.config.setting;

/** How much of the settings is printed. */
public enum Detail {
  /** Every key. */
  WHOLE,
  /** What differs from the defaults, and what is required. */
  CHANGED
}
