/**
 * The whole gateway as a library: wiring, start, drain, end.
 *
 * <p>Start with {@link org.miltergate.gateway.Gateway}. Nothing here chooses a logging library,
 * reads arguments or handles signals; a program does.
 */
@NullMarked
package org.miltergate.gateway;

import org.jspecify.annotations.NullMarked;
