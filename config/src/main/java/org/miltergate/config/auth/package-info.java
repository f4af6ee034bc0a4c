/**
 * Settings of logins: who may log in, and how.
 *
 * <p>Start with {@link org.miltergate.config.auth.AuthConfig}.
 */
@NullMarked
package org.miltergate.config.auth;

import org.jspecify.annotations.NullMarked;
