/** The conversations that the gateway is compared with Postfix in. */
@NullMarked
package org.miltergate.it.scenarios;

import org.jspecify.annotations.NullMarked;
