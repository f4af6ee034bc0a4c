package org.miltergate.bench.load;

import org.miltergate.milter.mail.MailMessage;

/**
 * What is put through a chain of no-op filters.
 *
 * @param milters in the chain
 * @param fields of the header
 * @param recipients of each message
 * @param bodyBytes about
 * @param sessions at once
 */
public record ClientPoint(int milters, int fields, int recipients, int bodyBytes, int sessions) {
  /** The defaults. */
  public static final ClientPoint USUAL = new ClientPoint(1, 10, 1, 4096, 10);

  public ClientPoint milters(int count) {
    return new ClientPoint(count, fields, recipients, bodyBytes, sessions);
  }

  public ClientPoint fields(int count) {
    return new ClientPoint(milters, count, recipients, bodyBytes, sessions);
  }

  public ClientPoint recipients(int count) {
    return new ClientPoint(milters, fields, count, bodyBytes, sessions);
  }

  public ClientPoint bodyBytes(int bytes) {
    return new ClientPoint(milters, fields, recipients, bytes, sessions);
  }

  public ClientPoint sessions(int count) {
    return new ClientPoint(milters, fields, recipients, bodyBytes, count);
  }

  public MailMessage message() {
    return Mail.of(fields, bodyBytes, recipients);
  }
}
