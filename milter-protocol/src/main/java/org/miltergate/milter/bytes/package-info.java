/**
 * The one type for the text and data of a message: bytes as a value.
 *
 * <p>Neither the milter protocol nor SMTP specifies a character set, so nothing that passes through
 * is a {@code String}.
 */
@NullMarked
package org.miltergate.milter.bytes;

import org.jspecify.annotations.NullMarked;
