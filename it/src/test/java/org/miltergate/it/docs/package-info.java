/** The Java of the documents, compiled and run. */
@NullMarked
package org.miltergate.it.docs;

import org.jspecify.annotations.NullMarked;
