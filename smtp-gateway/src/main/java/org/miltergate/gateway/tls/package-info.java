/**
 * TLS: keys and certificates from files, and encrypted connections for both sides.
 *
 * <p>Start with {@link org.miltergate.gateway.tls.ServerTls} and {@link
 * org.miltergate.gateway.tls.ClientTls}; they create a {@link
 * org.miltergate.gateway.tls.TlsConnection}. Has no notion of SMTP.
 */
@NullMarked
package org.miltergate.gateway.tls;

import org.jspecify.annotations.NullMarked;
