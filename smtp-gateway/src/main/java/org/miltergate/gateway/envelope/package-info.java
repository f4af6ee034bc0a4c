/**
 * What the ESMTP arguments of a sender or recipient mean, wherever they come from: a client, or a
 * milter that adds a recipient.
 *
 * <p>Values only; nothing here does I/O. Start with {@link
 * org.miltergate.gateway.envelope.SenderDsn} and {@link
 * org.miltergate.gateway.envelope.RecipientDsn}.
 */
@NullMarked
package org.miltergate.gateway.envelope;

import org.jspecify.annotations.NullMarked;
