/**
 * A message as exact bytes: envelope, header block and body, and the edits that milters make.
 *
 * <p>Anything that no edit changes keeps its bytes; nothing here interprets MIME. Start with {@link
 * org.miltergate.milter.mail.MailMessage}.
 */
@NullMarked
package org.miltergate.milter.mail;

import org.jspecify.annotations.NullMarked;
