/**
 * Files that are still there after a power cut: private, complete, synced; and files that others
 * write while the process runs.
 *
 * <p>Start with {@link org.miltergate.gateway.files.DurableFiles}, {@link
 * org.miltergate.gateway.files.Folders} and {@link org.miltergate.gateway.files.Reloading}. Knows
 * nothing of mail.
 */
@NullMarked
package org.miltergate.gateway.files;

import org.jspecify.annotations.NullMarked;
