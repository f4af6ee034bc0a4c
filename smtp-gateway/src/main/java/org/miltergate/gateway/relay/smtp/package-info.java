/**
 * One connection to a server, by SMTP or LMTP: greeting, TLS, login, and one transaction after
 * another.
 *
 * <p>Nothing here knows which server is to be used, why, or what follows from a reply. May use the
 * relay's values, TLS, and byte streams.
 *
 * <p>Start with {@link org.miltergate.gateway.relay.smtp.SmtpConnector} and {@link
 * org.miltergate.gateway.relay.smtp.SmtpTransaction}.
 */
@NullMarked
package org.miltergate.gateway.relay.smtp;

import org.jspecify.annotations.NullMarked;
