/**
 * Plays the MTA to any milter: whole messages, stage by stage, or packet by packet.
 *
 * <p>Start with {@link MtaDriver}. Nothing here depends on a test framework, and nothing shares
 * code with the client of the gateway: what is tested with it is tested by somebody else.
 */
@NullMarked
package org.miltergate.milter.test.mta;

import org.jspecify.annotations.NullMarked;
