/**
 * The milter's side of the protocol: callbacks behind a socket.
 *
 * <p>Negotiates, keeps track of the order of events and the macros, and turns a milter's replies
 * into packets; has no notion of a message as a whole. Start with {@link
 * org.miltergate.milter.server.MilterHandler} and {@link
 * org.miltergate.milter.server.MilterServer}.
 */
@NullMarked
package org.miltergate.milter.server;

import org.jspecify.annotations.NullMarked;
