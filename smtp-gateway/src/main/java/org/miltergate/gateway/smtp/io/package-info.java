/**
 * One SMTP client's connection: its bytes, line by line or in blocks, replies to it, and deadlines
 * for both.
 *
 * <p>Knows sockets and time, and no command. Start with {@link
 * org.miltergate.gateway.smtp.io.ClientSocket}.
 */
@NullMarked
package org.miltergate.gateway.smtp.io;

import org.jspecify.annotations.NullMarked;
