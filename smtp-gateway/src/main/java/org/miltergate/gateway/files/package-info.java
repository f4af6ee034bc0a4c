/**
 * Files that are still there after a power cut: private, complete, synced.
 *
 * <p>Start with {@link org.miltergate.gateway.files.DurableFiles}. Knows nothing of mail.
 */
@NullMarked
package org.miltergate.gateway.files;

import org.jspecify.annotations.NullMarked;
