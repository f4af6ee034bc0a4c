/**
 * TLS: keys and certificates out of files, and encrypted connections of both sides.
 *
 * <p>Start with {@link org.miltergate.gateway.tls.ServerTls} and {@link
 * org.miltergate.gateway.tls.ClientTls}; what they make is a {@link
 * org.miltergate.gateway.tls.TlsConnection}. Knows nothing of SMTP.
 */
@NullMarked
package org.miltergate.gateway.tls;

import org.jspecify.annotations.NullMarked;
