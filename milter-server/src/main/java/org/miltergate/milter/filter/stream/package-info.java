/**
 * Filters for streams of bytes: line ends, line lengths, NUL, percent signs.
 *
 * <p>Nothing here knows of milters. Start with {@link
 * org.miltergate.milter.filter.stream.ByteTransform}.
 */
@NullMarked
package org.miltergate.milter.filter.stream;

import org.jspecify.annotations.NullMarked;
