/**
 * A milter that is played from a script, over a real socket, to test an MTA with.
 *
 * <p>Shares nothing with this library's MTA side but the packets, so that a fault there cannot hide
 * here. Start with {@link org.miltergate.milter.test.ScriptedMilter}.
 */
@NullMarked
package org.miltergate.milter.test;

import org.jspecify.annotations.NullMarked;
