/**
 * What one SMTP session knows of itself: client, login, TLS, the current message, its macros.
 *
 * <p>Commands and the intake of messages work on a {@link
 * org.miltergate.gateway.smtp.session.SessionScope}.
 */
@NullMarked
package org.miltergate.gateway.smtp.session;

import org.jspecify.annotations.NullMarked;
