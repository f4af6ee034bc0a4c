/**
 * Sockets that SMTP clients connect to, and the sessions on them; the only package that uses
 * SubEthaSMTP.
 *
 * <p>Start with {@link org.miltergate.gateway.listener.SmtpServer}.
 */
@NullMarked
package org.miltergate.gateway.listener;

import org.jspecify.annotations.NullMarked;
