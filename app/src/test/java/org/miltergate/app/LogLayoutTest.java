package org.miltergate.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.event.KeyValuePair;

class LogLayoutTest {
  private static final ZoneId ZONE = ZoneId.of("Europe/Berlin");

  private final LogLayout file = new LogLayout(new LogOrigin("mx", 4711, false), ZONE);
  private final LogLayout journal = new LogLayout(new LogOrigin("mx", 4711, true), ZONE);

  @Test
  void beginsAsSyslogDoesWithLocalTimeHostAndProcess() {
    assertThat(file.doLayout(event("smtpd", Level.INFO, "connect from unknown[192.0.2.7]")))
        .isEqualTo("Mar  5 13:00:00 mx miltergate/smtpd[4711]: connect from unknown[192.0.2.7]\n");
  }

  @Test
  void leavesToTheJournalWhatTheJournalHas() {
    assertThat(journal.doLayout(event("smtpd", Level.INFO, "connect"))).isEqualTo("<6>connect\n");
    assertThat(journal.doLayout(event("smtpd", Level.WARN, "odd"))).isEqualTo("<4>warning: odd\n");
    assertThat(journal.doLayout(event("smtpd", Level.ERROR, "bad"))).isEqualTo("<3>error: bad\n");
    assertThat(journal.doLayout(event("smtpd", Level.DEBUG, "all"))).isEqualTo("<7>all\n");
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "INFO,  x,          x",
    "DEBUG, x,          x",
    "WARN,  x,          warning: x",
    "WARN,  warning: x, warning: x",
    "WARN,  4fXyZ1: x,  warning: 4fXyZ1: x",
    "ERROR, x,          error: x",
    "ERROR, error: x,   error: x",
  })
  void putsTheWordForTheLevelFirstAndOnce(String level, String message, String line) {
    assertThat(file.doLayout(event("smtpd", Level.toLevel(level), message)))
        .endsWith("[4711]: " + line + "\n");
  }

  @Test
  void writesKeyValuePairsAndCausesIntoTheSameLine() {
    LoggingEvent event = event("org.miltergate.x.Connections", Level.WARN, "cannot be used");
    event.addKeyValuePair(new KeyValuePair("relay", "a[192.0.2.1]:25"));
    event.addKeyValuePair(new KeyValuePair("cause", "Connection refused"));
    event.setThrowableProxy(
        new ch.qos.logback.classic.spi.ThrowableProxy(
            new IOException("outer", new IOException("inner"))));

    assertThat(file.doLayout(event))
        .endsWith(
            "miltergate/Connections[4711]: warning: cannot be used; relay=a[192.0.2.1]:25,"
                + " cause=Connection refused: IOException: outer: IOException: inner\n");
  }

  @Test
  void writesTheStackTraceOfAnErrorOnLinesThatBeginWithATab() {
    LoggingEvent event = event("smtpd", Level.ERROR, "session failed");
    event.setThrowableProxy(
        new ch.qos.logback.classic.spi.ThrowableProxy(new IllegalStateException("x\ny")));

    assertThat(file.doLayout(event).lines())
        .first()
        .asString()
        .endsWith("error: session failed: IllegalStateException: x?y");
    assertThat(file.doLayout(event).lines().skip(1))
        .isNotEmpty()
        .allMatch(line -> line.startsWith("\tat "));
  }

  /** Whoever logs it, and in whichever part of the line. */
  @Test
  void replacesWhatBreaksOrReordersALine() {
    String evil = "a\r\n\u001b[2Kb\u2028c\u202ed\u0085e";
    LoggingEvent event = event("x.y\nz", Level.WARN, evil);
    event.addKeyValuePair(new KeyValuePair("k", evil));
    event.setThrowableProxy(new ch.qos.logback.classic.spi.ThrowableProxy(new IOException(evil)));

    assertThat(file.doLayout(event))
        .endsWith(
            "miltergate/y?z[4711]: warning: a???[2Kb?c?d?e; k=a???[2Kb?c?d?e: IOException:"
                + " a???[2Kb?c?d?e\n");
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource({
    "mx,             mx",
    "mx.example.org, mx",
    "'mx\n',         mx",
    "'',             ''",
    "'a b',          ''",
    "'a[b]:',        ''",
    ".example,       ''",
  })
  void takesOnlyAWordForTheHost(String name, String host) {
    assertThat(LogOrigin.word(name)).isEqualTo(Optional.of(host).filter(word -> !word.isEmpty()));
  }

  @Test
  void knowsTheHostWhetherOrNotItsNameCanBeResolved() {
    assertThat(LogOrigin.ofThisProcess().host()).matches("[A-Za-z0-9_-]+");
    assertThat(LogOrigin.ofThisProcess().process()).isEqualTo(ProcessHandle.current().pid());
  }

  private static LoggingEvent event(String logger, Level level, String message) {
    LoggerContext context = new LoggerContext();
    LoggingEvent event =
        new LoggingEvent("", context.getLogger(logger), level, "{}", null, new Object[] {message});
    event.setInstant(Instant.parse("2026-03-05T12:00:00Z"));
    return event;
  }
}
