package org.miltergate.config;

/** The order in which the milters are asked before DATA. */
public enum PreData {
  /** All at once; the first in configured order that refuses decides. */
  TOGETHER,
  /** One after another, up to the first that refuses, as Postfix does. */
  SERIAL
}
