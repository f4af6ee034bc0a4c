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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Writes what a mail administrator acts on to the SLF4J logger of this class's name.
 *
 * <p>One line for each event: a constant message, the facts as key-value pairs; never what a
 * message says. {@code WARN} for a milter that failed or did something odd, {@code INFO} for a
 * refusal, a discard, a quarantine and for edits, {@code DEBUG} for the rest.
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
        .addKeyValue("version", negotiated.version())
        .addKeyValue("actions", negotiated.actions())
        .addKeyValue("steps", negotiated.steps())
        .log("milter-open");
  }

  @Override
  public void warned(String milter, String text) {
    line(LOG.atWarn(), milter).addKeyValue("text", printable(text)).log("milter-odd");
  }

  @Override
  public void failed(String milter, Stage stage, MilterException cause, FailurePolicy action) {
    line(LOG.atWarn(), milter)
        .addKeyValue("stage", stage)
        .addKeyValue("cause", printable(String.valueOf(cause.getMessage())))
        .addKeyValue("default-action", action)
        .log("milter-fail");
  }

  @Override
  public void answered(String milter, Stage stage, Verdict verdict, Duration took) {
    switch (verdict) {
      case Verdict.Pass pass -> answer(LOG.atDebug(), milter, stage, took).log("milter-pass");
      case Verdict.Refuse(SmtpReply reply, Source source) ->
          answer(LOG.atInfo(), milter, stage, took)
              .addKeyValue("reply", printable(reply.toString()))
              .addKeyValue("by", source.cause())
              .log("milter-reject");
      case Verdict.Discard discard ->
          answer(LOG.atInfo(), milter, stage, took).log("milter-discard");
    }
  }

  @Override
  public void edited(String milter, List<Edit> edits) {
    for (Edit edit : edits) {
      if (edit instanceof Edit.Quarantine(Bytes reason)) {
        line(LOG.atInfo(), milter)
            .addKeyValue("reason", printable(reason.toUtf8String()))
            .log("milter-hold");
      }
    }
    line(LOG.atInfo(), milter).addKeyValue("edits", summary(edits)).log("milter-edit");
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

  private LoggingEventBuilder line(LoggingEventBuilder line, String milter) {
    Optional<Bytes> queueId = macros.flatMap(values -> values.get("i"));
    LoggingEventBuilder begun =
        queueId.isPresent() ? line.addKeyValue("queue-id", queueId.get()) : line;
    return begun.addKeyValue("milter", milter);
  }

  private LoggingEventBuilder answer(
      LoggingEventBuilder line, String milter, Stage stage, Duration took) {
    return line(line, milter).addKeyValue("stage", stage).addKeyValue("took-ms", took.toMillis());
  }

  /** A milter's words must not make lines of their own in a log. */
  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }
}
