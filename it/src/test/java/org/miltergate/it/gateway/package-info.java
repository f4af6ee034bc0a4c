/**
 * The gateway in the tests' own process, between clients of ours, real and scripted milters, and a
 * next hop that keeps exact bytes.
 *
 * <p>Start with {@link org.miltergate.it.gateway.GatewayUnderTest}.
 */
@NullMarked
package org.miltergate.it.gateway;

import org.jspecify.annotations.NullMarked;
