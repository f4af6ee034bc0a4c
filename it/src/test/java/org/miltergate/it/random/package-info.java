/** Dialogues in random order with a real libmilter. */
@NullMarked
package org.miltergate.it.random;

import org.jspecify.annotations.NullMarked;
