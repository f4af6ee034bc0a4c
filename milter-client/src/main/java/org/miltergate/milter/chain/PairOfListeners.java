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

/** Passes events to two listeners. */
record PairOfListeners(ChainListener first, ChainListener second) implements ChainListener {
  @Override
  public void opened(String milter, Negotiated negotiated) {
    first.opened(milter, negotiated);
    second.opened(milter, negotiated);
  }

  @Override
  public void told(String milter, Command command) {
    first.told(milter, command);
    second.told(milter, command);
  }

  @Override
  public void said(String milter, Reply reply) {
    first.said(milter, reply);
    second.said(milter, reply);
  }

  @Override
  public void warned(String milter, String text) {
    first.warned(milter, text);
    second.warned(milter, text);
  }

  @Override
  public void failed(String milter, Stage stage, MilterException cause, FailurePolicy action) {
    first.failed(milter, stage, cause, action);
    second.failed(milter, stage, cause, action);
  }

  @Override
  public void failedLocally(String milter, Stage stage, Source.Cause cause, Throwable reason) {
    first.failedLocally(milter, stage, cause, reason);
    second.failedLocally(milter, stage, cause, reason);
  }

  @Override
  public void passedUnheard(String milter, MilterException cause) {
    first.passedUnheard(milter, cause);
    second.passedUnheard(milter, cause);
  }

  @Override
  public void answered(String milter, Stage stage, Verdict verdict, Duration took) {
    first.answered(milter, stage, verdict, took);
    second.answered(milter, stage, verdict, took);
  }

  @Override
  public void edited(String milter, List<Edit> edits) {
    first.edited(milter, edits);
    second.edited(milter, edits);
  }
}
