/**
 * Makes next hops from the configuration. Uses all other packages of the relay; none of them uses
 * it.
 *
 * <p>Start with {@link org.miltergate.gateway.relay.route.NextHops}.
 */
@NullMarked
package org.miltergate.gateway.relay.route;

import org.jspecify.annotations.NullMarked;
