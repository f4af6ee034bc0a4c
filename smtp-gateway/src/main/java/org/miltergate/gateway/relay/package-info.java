/**
 * The way out: hands a message to the next hop and says what became of each recipient.
 *
 * <p>A message is delivered to all its recipients or to none, because the client that waits in
 * front gets one reply for all of them. Nothing here knows milters or the receiving side. Start
 * with {@link org.miltergate.gateway.relay.NextHop}.
 */
@NullMarked
package org.miltergate.gateway.relay;

import org.jspecify.annotations.NullMarked;
