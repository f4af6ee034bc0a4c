/**
 * Who is let in, and how much of it: connections, rates, logins that failed, memory for messages,
 * proxies in front, and recipients that a client may send to.
 *
 * <p>Returns facts; sessions log them and reply. Start with {@link
 * org.miltergate.gateway.admission.Admission}.
 */
@NullMarked
package org.miltergate.gateway.admission;

import org.jspecify.annotations.NullMarked;
