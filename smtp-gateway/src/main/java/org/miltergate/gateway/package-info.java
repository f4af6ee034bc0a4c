/**
 * The whole gateway as a library: wiring, start, drain, stop.
 *
 * <p>Start with {@link org.miltergate.gateway.Gateway}. Nothing here chooses a logging library,
 * reads arguments or handles signals; that is up to the program.
 */
@NullMarked
package org.miltergate.gateway;

import org.jspecify.annotations.NullMarked;
