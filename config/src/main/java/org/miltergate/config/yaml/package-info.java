/**
 * The gateway's settings as YAML: read with every problem at once, and printed.
 *
 * <p>Start with {@link org.miltergate.config.yaml.ConfigReader}; the keys stand in {@code
 * GatewaySchema}, which reader and printer share.
 */
@NullMarked
package org.miltergate.config.yaml;

import org.jspecify.annotations.NullMarked;
