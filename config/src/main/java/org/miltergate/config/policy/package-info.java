/**
 * Who may send to whom.
 *
 * <p>Start with {@link org.miltergate.config.policy.PolicyConfig}.
 */
@NullMarked
package org.miltergate.config.policy;

import org.jspecify.annotations.NullMarked;
