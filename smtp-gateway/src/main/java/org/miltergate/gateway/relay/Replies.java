package org.miltergate.gateway.relay;

import org.miltergate.milter.mail.SmtpReply;

/** What of the next hop's replies may go on to a client. */
final class Replies {
  private Replies() {}

  /**
   * A next hop may close its connection behind its reply; the client's has nothing to do with it.
   */
  static SmtpReply forClient(SmtpReply reply) {
    return reply.closesConnection()
        ? new SmtpReply(reply.isTransientFailure() ? 451 : 554, reply.lines())
        : reply;
  }

  static void requireRefusal(SmtpReply reply) {
    if (!reply.isTransientFailure() && !reply.isPermanentFailure() || reply.closesConnection()) {
      throw new IllegalArgumentException(
          "reply must be 4xx or 5xx and not close the connection, was " + reply.code());
    }
  }
}
