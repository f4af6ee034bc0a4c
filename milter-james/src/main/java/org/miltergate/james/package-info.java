/**
 * Milters for a mail server on the SMTP protocol module of Apache James, in a few lines.
 *
 * <p>Start with {@link org.miltergate.james.MilterHooks}. What James cannot tell a milter is listed
 * in {@code docs/embedding.md}.
 */
@NullMarked
package org.miltergate.james;

import org.jspecify.annotations.NullMarked;
