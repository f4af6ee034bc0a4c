package org.miltergate.milter.chain;

/**
 * Where a verdict comes from.
 *
 * @param milter name of the milter
 * @param cause whether it said so itself
 */
public record Source(String milter, Cause cause) {

  /** Why a milter counts as it does. */
  public enum Cause {
    /** It said so. */
    MILTER,
    /** It failed, and its {@code default-action} says so. */
    DEFAULT_ACTION
  }

  static Source said(String milter) {
    return new Source(milter, Cause.MILTER);
  }

  static Source failed(String milter) {
    return new Source(milter, Cause.DEFAULT_ACTION);
  }
}
