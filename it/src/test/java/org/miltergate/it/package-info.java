/** Tests of the whole with real peers, and the rules of the architecture. */
@NullMarked
package org.miltergate.it;

import org.jspecify.annotations.NullMarked;
