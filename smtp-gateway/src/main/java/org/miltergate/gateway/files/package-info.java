/**
 * Files that survive a power failure: private, complete, synced; and files that others change while
 * the process runs.
 *
 * <p>Start with {@link org.miltergate.gateway.files.DurableFiles}, {@link
 * org.miltergate.gateway.files.Folders} and {@link org.miltergate.gateway.files.Reloading}. Has no
 * notion of mail.
 */
@NullMarked
package org.miltergate.gateway.files;

import org.jspecify.annotations.NullMarked;
