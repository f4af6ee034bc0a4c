package org.miltergate.milter.test.smtp;

import java.util.Locale;

/** What a {@link ScriptedSmtpSink} reacts to. */
public enum SinkEvent {
  /** The client has connected; the usual reaction is the greeting. */
  CONNECT,
  EHLO,
  HELO,
  /** LMTP's greeting; from then on {@link #END_OF_DATA} comes once for each accepted recipient. */
  LHLO,
  MAIL,
  RCPT,
  DATA,
  /** The line with the single dot has been read. */
  END_OF_DATA,
  /** A chunk other than the last has been read; {@link #END_OF_DATA} follows the last one. */
  BDAT,
  RSET,
  NOOP,
  QUIT,
  /** The usual reaction to an accepted one is a reply and {@link Reaction.Tls}. */
  STARTTLS,
  AUTH,
  /** A line that came after a reply of 334. */
  AUTH_RESPONSE,
  /** Any other command. */
  OTHER;

  /** Returns the event for a command line, whatever the case of its verb. */
  static SinkEvent ofCommand(String line) {
    String verb = line.split(" ", 2)[0].toUpperCase(Locale.ROOT);
    return switch (verb) {
      case "EHLO" -> EHLO;
      case "HELO" -> HELO;
      case "LHLO" -> LHLO;
      case "MAIL" -> MAIL;
      case "RCPT" -> RCPT;
      case "DATA" -> DATA;
      case "BDAT" -> BDAT;
      case "STARTTLS" -> STARTTLS;
      case "AUTH" -> AUTH;
      case "RSET" -> RSET;
      case "NOOP" -> NOOP;
      case "QUIT" -> QUIT;
      default -> OTHER;
    };
  }
}
