/** Other programs before or after the gateway, each a child process of the test. */
@NullMarked
package org.miltergate.peers;

import org.jspecify.annotations.NullMarked;
