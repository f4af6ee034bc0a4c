/**
 * The content of a message as the client sends it: by DATA with its dots, or by BDAT in chunks,
 * with its limits and its line ends.
 *
 * <p>Start with {@link org.miltergate.gateway.smtp.content.DataReader}.
 */
@NullMarked
package org.miltergate.gateway.smtp.content;

import org.jspecify.annotations.NullMarked;
