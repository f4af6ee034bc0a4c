package org.miltergate.bench.report;

/**
 * One side of a comparison.
 *
 * @param name as the table shows it
 * @param run measures once and returns the result, such as messages per second
 */
public record Contender(String name, Run run) {
  /** Measures once. */
  @FunctionalInterface
  public interface Run {
    double measure() throws Exception;
  }
}
