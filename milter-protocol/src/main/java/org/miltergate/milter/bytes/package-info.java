/**
 * The one type for text and data of a mail: bytes as a value.
 *
 * <p>Neither the milter protocol nor SMTP names a character set, so nothing on its way through is a
 * {@code String}.
 */
@NullMarked
package org.miltergate.milter.bytes;

import org.jspecify.annotations.NullMarked;
