/**
 * The way in: listens for SMTP clients, puts what they say to the chain of milters, and answers.
 *
 * <p>{@code SubethaListener} is the only class here that knows SubEthaSMTP, and nothing outside
 * this package does. Start with {@link org.miltergate.gateway.smtp.SmtpServer}, then {@code
 * SmtpSession}.
 */
@NullMarked
package org.miltergate.gateway.smtp;

import org.jspecify.annotations.NullMarked;
