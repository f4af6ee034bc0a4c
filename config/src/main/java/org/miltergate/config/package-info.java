/**
 * The gateway's settings as records that cannot be wrong.
 *
 * <p>Reads no file and opens no socket; the text form is the duty of {@code
 * org.miltergate.config.yaml}. Paths are kept as they were written: a relative one is relative to
 * the working directory of the process. Start with {@link org.miltergate.config.GatewayConfig}.
 */
@NullMarked
package org.miltergate.config;

import org.jspecify.annotations.NullMarked;
