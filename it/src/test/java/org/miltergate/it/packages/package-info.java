/** The packages that the build has made, unpacked, installed and run. */
@NullMarked
package org.miltergate.it.packages;

import org.jspecify.annotations.NullMarked;
