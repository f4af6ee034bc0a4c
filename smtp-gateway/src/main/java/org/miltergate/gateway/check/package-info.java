/**
 * Tries what a configuration names, as a start would, and changes nothing: files, directories,
 * addresses, milters, next hops.
 *
 * <p>Start with {@link org.miltergate.gateway.check.HostCheck}. What a file says by itself is
 * checked where it is read, in {@code config}.
 */
@NullMarked
package org.miltergate.gateway.check;

import org.jspecify.annotations.NullMarked;
