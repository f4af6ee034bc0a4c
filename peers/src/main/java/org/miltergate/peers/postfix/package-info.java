/** A private Postfix as a child of the test. */
@NullMarked
package org.miltergate.peers.postfix;

import org.jspecify.annotations.NullMarked;
