package org.miltergate.gateway.smtp;

import org.slf4j.Logger;

/**
 * Writes what an administrator of mail acts on, in the layout of Postfix's log lines, so that tools
 * that read those can read these.
 *
 * <p>Nothing of a message's content is written but its Message-ID, and control characters of peers
 * never get into a line. Thread-safe.
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
    log.debug("{}", line);
  }

  void info(String line) {
    log.info("{}", line);
  }

  void warning(String line) {
    log.warn("{}", line);
  }

  void error(String line, Throwable cause) {
    log.error("{}", line, cause);
  }
}
