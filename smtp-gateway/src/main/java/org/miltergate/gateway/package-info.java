/**
 * The program: wiring, start, stop, and the command line.
 *
 * <p>Start with {@link org.miltergate.gateway.Gateway} to embed it, with {@code Main} to see the
 * commands.
 */
@NullMarked
package org.miltergate.gateway;

import org.jspecify.annotations.NullMarked;
