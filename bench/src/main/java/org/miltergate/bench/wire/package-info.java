/** Encoding and decoding of packets alone. */
@NullMarked
package org.miltergate.bench.wire;

import org.jspecify.annotations.NullMarked;
