/**
 * Mail that is kept here: the quarantine.
 *
 * <p>When a method of this package returns, its result is on the disk. Start with {@link
 * org.miltergate.gateway.spool.QuarantineStore}.
 */
@NullMarked
package org.miltergate.gateway.spool;

import org.jspecify.annotations.NullMarked;
