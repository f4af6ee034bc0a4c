/** The gateway between clients and next hops of all kinds: every extension, every byte. */
@NullMarked
package org.miltergate.it.edge;

import org.jspecify.annotations.NullMarked;
