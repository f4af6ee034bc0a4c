package org.miltergate.gateway.smtp.command;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.miltergate.milter.bytes.Bytes;

/** The commands that are known; compared as whole words. */
enum SmtpVerb {
  HELO,
  EHLO,
  STARTTLS,
  AUTH,
  MAIL,
  RCPT,
  DATA,
  BDAT,
  RSET,
  NOOP,
  VRFY,
  HELP,
  XCLIENT,
  XFORWARD,
  QUIT;

  private static final int MAX_LENGTH = 8;
  private static final Map<String, SmtpVerb> BY_NAME =
      Stream.of(values()).collect(Collectors.toMap(SmtpVerb::name, Function.identity()));

  /** Returns the command of that name, in upper or lower case. */
  static Optional<SmtpVerb> of(Bytes word) {
    return word.length() <= MAX_LENGTH
        ? Optional.ofNullable(BY_NAME.get(word.toString().toUpperCase(Locale.ROOT)))
        : Optional.empty();
  }

  /** Returns whether the command carries a message, or a part of one. */
  boolean bringsMessage() {
    return this == DATA || this == BDAT;
  }

  /**
   * Returns whether the command is for clients that have to begin TLS and have not yet. BDAT has to
   * read its chunk; there was no MAIL, so that it refuses it.
   */
  boolean isBeforeTls() {
    return switch (this) {
      case HELO, EHLO, STARTTLS, BDAT, NOOP, HELP, XCLIENT, QUIT -> true;
      case AUTH, MAIL, RCPT, DATA, RSET, VRFY, XFORWARD -> false;
    };
  }

  /** Returns whether the command brings no message forward, so that only so many make sense. */
  boolean isIdle() {
    return switch (this) {
      case HELO, EHLO, RSET, NOOP, VRFY, HELP -> true;
      case STARTTLS, AUTH, MAIL, RCPT, DATA, BDAT, XCLIENT, XFORWARD, QUIT -> false;
    };
  }
}
