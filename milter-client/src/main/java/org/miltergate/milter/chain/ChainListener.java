package org.miltergate.milter.chain;

import java.time.Duration;
import java.util.List;
import org.miltergate.milter.mail.Edit;
import org.miltergate.milter.session.FailurePolicy;
import org.miltergate.milter.session.MilterException;
import org.miltergate.milter.session.Negotiated;
import org.miltergate.milter.session.Stage;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.Reply;

/**
 * Hears what happens in a chain; for logs, metrics and traces.
 *
 * <p>Called in the thread of the SMTP session, except for {@link #opened}, {@link #told}, {@link
 * #said} and {@link #warned} while connections are made: there several milters may be heard at
 * once. Must be quick, and must not throw: what is thrown counts as a local failure, so that mail
 * is refused for now.
 */
@SuppressWarnings("ReferenceEquality") // NONE is one object
public interface ChainListener {
  /** Hears nothing. */
  ChainListener NONE = new ChainListener() {};

  /** A connection was made and negotiated. */
  default void opened(String milter, Negotiated negotiated) {}

  default void told(String milter, Command command) {}

  default void said(String milter, Reply reply) {}

  /** Something odd that has no consequence, such as an edit that was left out. */
  default void warned(String milter, String text) {}

  /** The milter is out for the rest of the SMTP connection, and counts as {@code action}. */
  default void failed(String milter, Stage stage, MilterException cause, FailurePolicy action) {}

  /**
   * A local failure occurred while the milter was asked, or the milter exceeded a limit; the
   * message or the connection is refused for now. The milter has not failed.
   *
   * @param cause {@code LIMIT} or {@code LOCAL_FAILURE}
   */
  default void failedLocally(String milter, Stage stage, Source.Cause cause, Throwable reason) {}

  /**
   * A message passes the chain without the verdict of this milter, which has failed, because its
   * default action says so. Called once for each such message and milter.
   *
   * @param cause why the milter failed, at this message or before
   */
  default void passedUnheard(String milter, MilterException cause) {}

  /**
   * A milter's verdict on a stage is known, its own or its default action.
   *
   * @param took from the writing of the command to the verdict
   */
  default void answered(String milter, Stage stage, Verdict verdict, Duration took) {}

  /** The edits of one milter have been applied, in this order. */
  default void edited(String milter, List<Edit> edits) {}

  /** Returns a listener that passes every event to this one first and then to {@code other}. */
  default ChainListener and(ChainListener other) {
    if (other == NONE) {
      return this;
    }
    return this == NONE ? other : new PairOfListeners(this, other);
  }
}
