/**
 * Questions to the DNS: the name of an SMTP client, and the hosts that take mail for a domain.
 *
 * <p>Every question has a deadline, every cache a bound, and nothing that a server answers is
 * believed before it was checked. Start with {@link ClientNames} and {@link MxLookup}.
 */
@NullMarked
package org.miltergate.gateway.dns;

import org.jspecify.annotations.NullMarked;
