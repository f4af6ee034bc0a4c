/**
 * Real milters, started in the foreground as Debian ships them, one class for each program.
 *
 * <p>Each {@code start} method writes the configuration into the folder that it is given, starts
 * what is needed on free ports or Unix sockets, and returns when the milter takes connections. None
 * needs the network. Start with {@link org.miltergate.peers.milters.RealMilter}.
 */
@NullMarked
package org.miltergate.peers.milters;

import org.jspecify.annotations.NullMarked;
