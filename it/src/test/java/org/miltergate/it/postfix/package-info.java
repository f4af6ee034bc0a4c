/** A private Postfix as a child of the test. */
@NullMarked
package org.miltergate.it.postfix;

import org.jspecify.annotations.NullMarked;
