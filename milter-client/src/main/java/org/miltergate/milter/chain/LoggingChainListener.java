package org.miltergate.milter.chain;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Edit;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.milter.session.FailurePolicy;
import org.miltergate.milter.session.Macros;
import org.miltergate.milter.session.MilterException;
import org.miltergate.milter.session.Negotiated;
import org.miltergate.milter.session.Stage;
import org.miltergate.milter.text.PrintableText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;
import org.slf4j.spi.NOPLoggingEventBuilder;

/**
 * Writes what a mail administrator acts on to the SLF4J logger of this class's name.
 *
 * <p>One line for each event: a word for the kind, and the facts, both in the text and as key-value
 * pairs for a log that keeps those; never what a message says. {@code ERROR} for what goes wrong on
 * this side, {@code WARN} for a milter that failed or did something odd and for a message that
 * passes without it, {@code INFO} for a refusal, a discard, a quarantine and for edits, {@code
 * DEBUG} for the rest.
 *
 * <p>Thread-safe.
 */
public final class LoggingChainListener implements ChainListener {
  private static final Logger LOG = LoggerFactory.getLogger(LoggingChainListener.class);

  private final Optional<Macros> macros;

  /** Logs for many sessions; lines do not tell which. */
  public LoggingChainListener() {
    macros = Optional.empty();
  }

  /**
   * Logs for one session.
   *
   * @param macros of the session; their {@code i} is the queue id on each line
   */
  public LoggingChainListener(Macros macros) {
    this.macros = Optional.of(macros);
  }

  @Override
  public void opened(String milter, Negotiated negotiated) {
    line(LOG.atDebug(), milter)
        .with("version", negotiated.version())
        .with("actions", negotiated.actions())
        .with("steps", negotiated.steps())
        .log("milter-open");
  }

  @Override
  public void warned(String milter, String text) {
    line(LOG.atWarn(), milter).with("text", text).log("milter-odd");
  }

  @Override
  public void failed(String milter, Stage stage, MilterException cause, FailurePolicy action) {
    line(LOG.atWarn(), milter)
        .with("stage", stage)
        .with("cause", String.valueOf(cause.getMessage()))
        .with("default-action", action)
        .log("milter-fail");
  }

  @Override
  public void failedLocally(String milter, Stage stage, Source.Cause cause, Throwable reason) {
    if (cause == Source.Cause.LIMIT) {
      line(LOG.atWarn(), milter)
          .with("stage", stage)
          .with("cause", String.valueOf(reason.getMessage()))
          .log("milter-limit");
    } else {
      line(LOG.atError().setCause(reason), milter)
          .with("stage", stage)
          .with("cause", reason)
          .log("local-failure");
    }
  }

  @Override
  public void passedUnheard(String milter, MilterException cause) {
    line(LOG.atWarn(), milter)
        .with("cause", String.valueOf(cause.getMessage()))
        .log("milter-unheard");
  }

  @Override
  public void answered(String milter, Stage stage, Verdict verdict, Duration took) {
    switch (verdict) {
      case Verdict.Pass pass -> answer(LOG.atDebug(), milter, stage, took).log("milter-pass");
      case Verdict.Refuse(SmtpReply reply, Source source) ->
          answer(LOG.atInfo(), milter, stage, took)
              .with("reply", reply)
              .with("by", source.cause())
              .log("milter-reject");
      case Verdict.Discard discard ->
          answer(LOG.atInfo(), milter, stage, took).log("milter-discard");
    }
  }

  @Override
  public void edited(String milter, List<Edit> edits) {
    for (Edit edit : edits) {
      if (edit instanceof Edit.Quarantine(Bytes reason)) {
        line(LOG.atInfo(), milter).with("reason", reason.toUtf8String()).log("milter-hold");
      }
    }
    line(LOG.atInfo(), milter).with("edits", summary(edits)).log("milter-edit");
  }

  /** Counts the kinds: {@code AddHeader=2 ReplaceBody=1}. */
  private static String summary(List<Edit> edits) {
    return edits.stream()
        .collect(
            Collectors.groupingBy(
                edit -> edit.getClass().getSimpleName(), TreeMap::new, Collectors.counting()))
        .entrySet()
        .stream()
        .map(kind -> kind.getKey() + "=" + kind.getValue())
        .collect(Collectors.joining(" "));
  }

  private Line line(LoggingEventBuilder event, String milter) {
    Line line = new Line(event);
    if (!line.isOff()) {
      macros.flatMap(values -> values.get("i")).ifPresent(id -> line.with("queue-id", id));
      line.with("milter", milter);
    }
    return line;
  }

  private Line answer(LoggingEventBuilder event, String milter, Stage stage, Duration took) {
    return line(event, milter).with("stage", stage).with("took-ms", took.toMillis());
  }

  /** A line that is being written; costs next to nothing if its level is off. */
  private static final class Line {
    private LoggingEventBuilder event;
    private final StringBuilder text = new StringBuilder();

    Line(LoggingEventBuilder event) {
      this.event = event;
    }

    boolean isOff() {
      return event instanceof NOPLoggingEventBuilder;
    }

    Line with(String key, Object value) {
      if (!isOff()) {
        String fact = PrintableText.of(value.toString());
        event = event.addKeyValue(key, fact);
        text.append(' ').append(key).append('=').append(fact);
      }
      return this;
    }

    void log(String kind) {
      if (!isOff()) {
        event.log(kind + ":" + text);
      }
    }
  }
}
