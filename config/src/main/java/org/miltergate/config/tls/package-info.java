/**
 * Settings of TLS, of a listener above all. No file is read here.
 *
 * <p>Start with {@link org.miltergate.config.tls.TlsServerConfig}.
 */
@NullMarked
package org.miltergate.config.tls;

import org.jspecify.annotations.NullMarked;
