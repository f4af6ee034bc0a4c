package org.miltergate.gateway.relay.smtp;

import java.time.Duration;
import org.miltergate.config.nexthop.NextHopTimeouts;

/**
 * A part of the dialogue with the next hop that has a limit of its own; named as in Postfix's log.
 */
enum SmtpStep {
  GREETING("receiving the initial server greeting"),
  EHLO("performing the EHLO handshake"),
  HELO("performing the HELO handshake"),
  LHLO("performing the LHLO handshake"),
  STARTTLS("sending STARTTLS"),
  TLS("performing the TLS handshake"),
  AUTH("performing the AUTH handshake"),
  MAIL("sending MAIL FROM"),
  RCPT("sending RCPT TO"),
  DATA("sending DATA command"),
  CONTENT("sending message body"),
  END_OF_DATA("sending end of data -- message may be sent more than once"),
  RSET("sending RSET"),
  QUIT("sending QUIT");

  private final String activity;

  SmtpStep(String activity) {
    this.activity = activity;
  }

  /** Completes "lost connection while". */
  String activity() {
    return activity;
  }

  Duration limit(NextHopTimeouts timeouts) {
    return switch (this) {
      case GREETING, EHLO, HELO, LHLO -> timeouts.helo();
      case STARTTLS, TLS -> timeouts.starttls();
      case AUTH -> timeouts.mail();
      case MAIL -> timeouts.mail();
      case RCPT -> timeouts.rcpt();
      case DATA -> timeouts.dataInit();
      case CONTENT -> timeouts.dataXfer();
      case END_OF_DATA -> timeouts.dataDone();
      case RSET, QUIT -> timeouts.rset();
    };
  }

  /** Completes "host said: 550 no (in reply to". */
  String command() {
    return switch (this) {
      case GREETING -> "initial greeting";
      case MAIL -> "MAIL FROM command";
      case RCPT -> "RCPT TO command";
      case CONTENT -> "message body";
      case END_OF_DATA -> "end of DATA command";
      case TLS -> "TLS handshake";
      case EHLO, HELO, LHLO, STARTTLS, AUTH, DATA, RSET, QUIT -> name() + " command";
    };
  }
}
