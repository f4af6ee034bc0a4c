/**
 * Settings of one address that SMTP clients connect to.
 *
 * <p>Start with {@link org.miltergate.config.listener.ListenerConfig}.
 */
@NullMarked
package org.miltergate.config.listener;

import org.jspecify.annotations.NullMarked;
