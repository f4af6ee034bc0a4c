package org.miltergate.milter.chain;

import java.time.Duration;
import org.miltergate.milter.session.FailurePolicy;
import org.miltergate.milter.session.MilterException;
import org.miltergate.milter.session.Negotiated;
import org.miltergate.milter.session.SessionListener;
import org.miltergate.milter.session.Stage;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.Reply;

/**
 * Reports the events of one milter to the listener: each failure once, and each answer with the
 * stage and the time that it took.
 *
 * <p>What the listener throws is thrown here. Not thread-safe; use from the thread of the SMTP
 * session.
 */
final class LinkEvents implements SessionListener {
  private final String milter;
  private final FailurePolicy onFailure;
  private final ChainListener listener;
  private Stage stage = Stage.CONNECT;
  private long askedAt;
  private boolean failureTold;
  private boolean localFailureTold;

  LinkEvents(String milter, FailurePolicy onFailure, ChainListener listener) {
    this.milter = milter;
    this.onFailure = onFailure;
    this.listener = listener;
  }

  /** A command of this stage is about to be written. */
  void asking(Stage next) {
    stage = next;
    askedAt = System.nanoTime();
  }

  /** The answer to a command of this stage is about to be read. */
  void answering(Stage next) {
    stage = next;
  }

  /** Returns the stage that the milter was asked about last, or answers now. */
  Stage stage() {
    return stage;
  }

  void opened(Negotiated negotiated) {
    listener.opened(milter, negotiated);
  }

  void answered(Verdict verdict) {
    listener.answered(milter, stage, verdict, Duration.ofNanos(System.nanoTime() - askedAt));
  }

  void failed(MilterException cause, Verdict verdict) {
    if (!failureTold) {
      failureTold = true;
      listener.failed(milter, stage, cause, onFailure);
      answered(verdict);
    }
  }

  void failedLocally(LocalFailure failure, Verdict verdict) {
    if (!localFailureTold) {
      localFailureTold = true;
      listener.failedLocally(milter, stage, failure.cause(), failure.reason());
      answered(verdict);
    }
  }

  /** Another failure of this side will be another event. */
  void forgetLocalFailure() {
    localFailureTold = false;
  }

  @Override
  public void told(Command command) {
    listener.told(milter, command);
  }

  @Override
  public void said(Reply reply) {
    listener.said(milter, reply);
  }

  @Override
  public void warned(String text) {
    listener.warned(milter, text);
  }
}
