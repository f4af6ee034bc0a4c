/**
 * Bodies of messages, in memory or in files without a name, and the memory that all messages in
 * progress share.
 *
 * <p>Start with {@link org.miltergate.milter.body.BodyStore}.
 */
@NullMarked
package org.miltergate.milter.body;

import org.jspecify.annotations.NullMarked;
