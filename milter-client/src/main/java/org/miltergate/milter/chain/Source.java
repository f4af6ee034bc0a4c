package org.miltergate.milter.chain;

/**
 * Where a verdict comes from.
 *
 * <p>Immutable and thread-safe.
 *
 * @param milter name of the milter that said so, that failed, or that was to be asked; empty if the
 *     content did not get as far as a milter
 * @param cause why it was refused
 */
public record Source(String milter, Cause cause) {

  /** Why a milter counts as it does. */
  public enum Cause {
    /** The milter's own verdict. */
    MILTER,
    /** The {@code default-action} of a milter that failed. */
    DEFAULT_ACTION,
    /**
     * It asked for more edits than this side takes. A client can provoke that, so it is no failure
     * of the milter: the message is refused for now, whatever the default action. Without a milter:
     * the header is larger than this side takes, and the message is refused permanently.
     */
    LIMIT,
    /**
     * This side failed: a full disk, no memory, no file descriptor, an interrupt, a program error.
     * The message is refused for now, whatever the default action.
     */
    LOCAL_FAILURE
  }

  /** Returns whether this side is to blame, so that the milter is asked again at the next MAIL. */
  public boolean isLocal() {
    return cause == Cause.LIMIT || cause == Cause.LOCAL_FAILURE;
  }

  static Source said(String milter) {
    return new Source(milter, Cause.MILTER);
  }

  static Source failed(String milter) {
    return new Source(milter, Cause.DEFAULT_ACTION);
  }
}
