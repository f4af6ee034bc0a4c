/**
 * A milter that follows a script over a real socket, to test an MTA with.
 *
 * <p>Shares only the packets with this library's MTA side, so that a fault there is not repeated
 * here. Start with {@link org.miltergate.milter.test.ScriptedMilter}.
 */
@NullMarked
package org.miltergate.milter.test;

import org.jspecify.annotations.NullMarked;
