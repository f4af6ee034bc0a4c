/** Programs of others that stand before or behind the gateway, each a child of the test. */
@NullMarked
package org.miltergate.it.peers;

import org.jspecify.annotations.NullMarked;
