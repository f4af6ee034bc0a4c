package org.miltergate.milter.chain;

/** How the milters of a chain are asked up to DATA. */
public enum PreData {
  /**
   * Written to all, then read from all: a stage costs the slowest milter. The first refusal in
   * configured order decides. A milter may so see a recipient that one before it refused.
   */
  TOGETHER,
  /** One after another up to the first refusal, as Postfix does; a stage costs the sum. */
  SERIAL
}
