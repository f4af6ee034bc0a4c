package org.miltergate.gateway.relay;

import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.SmtpReply;

/**
 * A recipient that the next hop does not take.
 *
 * @param text for the log: who said what to which command
 */
record Refusal(Recipient recipient, SmtpReply reply, String text) {}
