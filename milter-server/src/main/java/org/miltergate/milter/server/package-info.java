/**
 * The filter side of the milter protocol: callbacks behind a socket.
 *
 * <p>Negotiates, keeps the order of events and the macros, and turns what a filter says into
 * packets; knows nothing of messages as a whole. Start with {@link
 * org.miltergate.milter.server.MilterHandler} and {@link
 * org.miltergate.milter.server.MilterServer}.
 */
@NullMarked
package org.miltergate.milter.server;

import org.jspecify.annotations.NullMarked;
