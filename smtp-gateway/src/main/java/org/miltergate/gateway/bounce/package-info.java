/**
 * Tells senders what could not be delivered: multipart/report messages (RFC 6522, RFC 3464).
 *
 * <p>Only composes, and does not send. The returned message is neither parsed nor rewritten: its
 * bytes are copied. Start with {@link org.miltergate.gateway.bounce.BounceComposer}.
 */
@NullMarked
package org.miltergate.gateway.bounce;

import org.jspecify.annotations.NullMarked;
