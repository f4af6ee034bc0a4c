/**
 * Milters for a mail server on stock SubEthaSMTP, in a few lines.
 *
 * <p>Start with {@link org.miltergate.subethasmtp.SubethaMilters}. What stock SubEthaSMTP cannot
 * tell a milter, or does differently from other servers, is listed in {@code docs/embedding.md}.
 */
@NullMarked
package org.miltergate.subethasmtp;

import org.jspecify.annotations.NullMarked;
