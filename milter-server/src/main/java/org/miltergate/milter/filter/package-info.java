/**
 * Milters as one decision on a whole message.
 *
 * <p>Collects the events of a message, keeps its body in memory or in a file, asks a filter once,
 * and sends what it has edited. Speaks the protocol only through {@code milter.server}. Start with
 * {@link org.miltergate.milter.filter.MailFilter} and {@link
 * org.miltergate.milter.filter.MailTransaction}.
 */
@NullMarked
package org.miltergate.milter.filter;

import org.jspecify.annotations.NullMarked;
