/**
 * The header of a message as a filter author wants it: decoded and raw values, addresses, dates;
 * and the shortest list of packets that turns one header into another.
 *
 * <p>Nothing here does I/O. Start with {@link org.miltergate.milter.filter.header.MessageHeader};
 * {@link org.miltergate.milter.filter.header.HeaderPlan} knows how MTAs count.
 */
@NullMarked
package org.miltergate.milter.filter.header;

import org.jspecify.annotations.NullMarked;
