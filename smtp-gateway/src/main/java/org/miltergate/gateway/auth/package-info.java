/**
 * Who may log in: users, hashes of their passwords, and the SASL mechanisms by which they prove
 * that they know them.
 *
 * <p>Nothing here knows SMTP or touches the network. Start with {@link
 * org.miltergate.gateway.auth.Users} to bring users of your own, with {@code SaslServer} to see the
 * mechanisms.
 */
@NullMarked
package org.miltergate.gateway.auth;

import org.jspecify.annotations.NullMarked;
