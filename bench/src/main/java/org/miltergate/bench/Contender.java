package org.miltergate.bench;

/**
 * One side of a comparison.
 *
 * @param name as the table shows it
 * @param run measures once and returns the result, such as messages per second
 */
record Contender(String name, Run run) {
  /** Measures once. */
  @FunctionalInterface
  interface Run {
    double measure() throws Exception;
  }
}
