/**
 * Authentication: users, password hashes, and the SASL mechanisms.
 *
 * <p>Nothing here knows SMTP or touches the network. Start with {@link
 * org.miltergate.gateway.auth.Users} to supply your own users, with {@code SaslServer} to see the
 * mechanisms.
 */
@NullMarked
package org.miltergate.gateway.auth;

import org.jspecify.annotations.NullMarked;
