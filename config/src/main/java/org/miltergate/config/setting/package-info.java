/**
 * What a setting may be: the checks that the records of the configuration make, and how they fail.
 *
 * <p>Start with {@link org.miltergate.config.setting.InvalidSettingException}.
 */
@NullMarked
package org.miltergate.config.setting;

import org.jspecify.annotations.NullMarked;
