package org.miltergate.config.yaml;

/** How much of the settings is printed. */
enum Detail {
  /** Every key. */
  WHOLE,
  /** What differs from the defaults, and what is required. */
  CHANGED
}
