/**
 * One message to its recipients by SMTP or LMTP, over as many transactions as that takes, and what
 * is remembered across a client's tries.
 *
 * <p>Start with {@link org.miltergate.gateway.relay.delivery.SmtpNextHop}, then {@code
 * SmtpDelivery}.
 */
@NullMarked
package org.miltergate.gateway.relay.delivery;

import org.jspecify.annotations.NullMarked;
