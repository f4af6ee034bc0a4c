/**
 * Mail that stays here: the quarantine.
 *
 * <p>What a method of this package has returned from is on the disk. Start with {@link
 * org.miltergate.gateway.spool.QuarantineStore}.
 */
@NullMarked
package org.miltergate.gateway.spool;

import org.jspecify.annotations.NullMarked;
