/**
 * How much clients may use, and how often.
 *
 * <p>Start with {@link org.miltergate.config.limits.LimitsConfig}.
 */
@NullMarked
package org.miltergate.config.limits;

import org.jspecify.annotations.NullMarked;
