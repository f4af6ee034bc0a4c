/**
 * A message from its last byte to its fate: milters, then quarantine or delivery, with our Received
 * field, and a bounce if the next hop refuses some recipients.
 *
 * <p>Start with {@link org.miltergate.gateway.intake.MessageRouter}.
 */
@NullMarked
package org.miltergate.gateway.intake;

import org.jspecify.annotations.NullMarked;
