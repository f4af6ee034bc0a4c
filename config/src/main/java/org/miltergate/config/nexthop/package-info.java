/**
 * Where accepted messages go.
 *
 * <p>Start with {@link org.miltergate.config.nexthop.NextHopConfig}.
 */
@NullMarked
package org.miltergate.config.nexthop;

import org.jspecify.annotations.NullMarked;
