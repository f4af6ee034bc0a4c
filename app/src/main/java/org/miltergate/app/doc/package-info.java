/**
 * The documents that are made from the command line: the man page and the completion for bash.
 *
 * <p>The build runs {@code Documents}; the program never does.
 */
@NullMarked
package org.miltergate.app.doc;

import org.jspecify.annotations.NullMarked;
