/**
 * The program: the command line, its log, and its start and stop as a service.
 *
 * <p>Start with {@code Main} to see the commands. What they run is a {@link
 * org.miltergate.gateway.Gateway}, which knows nothing of this package.
 */
@NullMarked
package org.miltergate.app;

import org.jspecify.annotations.NullMarked;
