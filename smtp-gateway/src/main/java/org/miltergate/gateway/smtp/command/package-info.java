/**
 * The SMTP dialogue: one class for each command or group of commands, what EHLO offers, and the
 * loop that runs them.
 *
 * <p>Replies are in Postfix's words. Start with {@link
 * org.miltergate.gateway.smtp.command.SmtpDialogue}.
 */
@NullMarked
package org.miltergate.gateway.smtp.command;

import org.jspecify.annotations.NullMarked;
