/**
 * Milter packets as Java types, and their bytes.
 *
 * <p>Nothing here does I/O, starts a thread or reads a clock, so everything can be tested with
 * bytes alone. Start with {@link org.miltergate.milter.wire.Command} and {@link
 * org.miltergate.milter.wire.Reply}.
 */
@NullMarked
package org.miltergate.milter.wire;

import org.jspecify.annotations.NullMarked;
