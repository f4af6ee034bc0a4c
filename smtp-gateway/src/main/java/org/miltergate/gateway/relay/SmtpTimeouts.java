package org.miltergate.gateway.relay;

import java.time.Duration;
import java.util.Objects;

/**
 * How long each step of a delivery may take; all above zero. A limit covers a whole reply, not each
 * read.
 *
 * @param connect for the look-up of the name and the connections to its addresses together
 * @param helo for the greeting, and again for the reply to EHLO and HELO
 * @param mail for the reply to MAIL
 * @param rcpt for the reply to each RCPT
 * @param dataInit for the reply to DATA
 * @param dataXfer for each 64 KiB of the message to be taken
 * @param dataDone for the reply to the final dot
 * @param rset for the reply to RSET
 */
public record SmtpTimeouts(
    Duration connect,
    Duration helo,
    Duration mail,
    Duration rcpt,
    Duration dataInit,
    Duration dataXfer,
    Duration dataDone,
    Duration rset) {

  /** Postfix's {@code smtp_*_timeout} as they come. */
  public static final SmtpTimeouts POSTFIX =
      new SmtpTimeouts(
          Duration.ofSeconds(30),
          Duration.ofSeconds(300),
          Duration.ofSeconds(300),
          Duration.ofSeconds(300),
          Duration.ofSeconds(120),
          Duration.ofSeconds(180),
          Duration.ofSeconds(600),
          Duration.ofSeconds(20));

  public SmtpTimeouts {
    requirePositive(connect, "connect");
    requirePositive(helo, "helo");
    requirePositive(mail, "mail");
    requirePositive(rcpt, "rcpt");
    requirePositive(dataInit, "dataInit");
    requirePositive(dataXfer, "dataXfer");
    requirePositive(dataDone, "dataDone");
    requirePositive(rset, "rset");
  }

  private static void requirePositive(Duration limit, String name) {
    Objects.requireNonNull(limit, name);
    if (limit.isNegative() || limit.isZero()) {
      throw new IllegalArgumentException(name + " must be above zero, was " + limit);
    }
  }

  Duration of(SmtpStep step) {
    return switch (step) {
      case GREETING, EHLO, HELO -> helo;
      case MAIL -> mail;
      case RCPT -> rcpt;
      case DATA -> dataInit;
      case CONTENT -> dataXfer;
      case END_OF_DATA -> dataDone;
      case RSET, QUIT -> rset;
    };
  }
}
