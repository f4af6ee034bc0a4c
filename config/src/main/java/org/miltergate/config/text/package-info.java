/**
 * Values that are written as text: sizes, paths, modes of files, secrets.
 *
 * <p>Start with {@link org.miltergate.config.text.SizeText}.
 */
@NullMarked
package org.miltergate.config.text;

import org.jspecify.annotations.NullMarked;
