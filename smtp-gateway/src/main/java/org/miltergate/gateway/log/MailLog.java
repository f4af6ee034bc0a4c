package org.miltergate.gateway.log;

import org.miltergate.milter.text.PrintableText;
import org.slf4j.Logger;

/**
 * Writes what an administrator of mail acts on, in the layout of Postfix's log lines, so that tools
 * that read those can read these.
 *
 * <p>Of a message's content only its Message-ID is written, and a line holds nothing that {@link
 * PrintableText} refuses, whoever said it. What someone should look at begins with {@code warning:
 * }, mail at risk with {@code error: }, and only then follows the queue id. Thread-safe.
 *
 * @see "postfix src/smtpd/smtpd.c, src/cleanup/cleanup_milter.c, src/qmgr/qmgr_active.c"
 */
public final class MailLog {
  private final Logger log;

  /**
   * @param log where the lines go; what someone should look at as {@code WARN}, mail at risk as
   *     {@code ERROR}, the rest as {@code INFO}
   */
  public MailLog(Logger log) {
    this.log = log;
  }

  void debug(String line) {
    log.debug("{}", PrintableText.of(line));
  }

  public void info(String line) {
    log.info("{}", PrintableText.of(line));
  }

  /** Writes a line for someone to look at; the word for that is put before it. */
  void warning(String line) {
    log.warn("{}", PrintableText.of("warning: " + line));
  }

  /** Writes that mail is at risk; the word for that is put before it. */
  void error(String line, Throwable cause) {
    log.error("{}", PrintableText.of("error: " + line), cause);
  }
}
