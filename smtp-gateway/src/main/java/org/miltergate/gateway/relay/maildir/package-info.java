/**
 * Messages as files in a Maildir.
 *
 * <p>Start with {@link org.miltergate.gateway.relay.maildir.MaildirNextHop}.
 */
@NullMarked
package org.miltergate.gateway.relay.maildir;

import org.jspecify.annotations.NullMarked;
