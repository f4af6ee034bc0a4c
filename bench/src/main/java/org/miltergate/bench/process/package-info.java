/** Programs that are measured: the gateway, Postfix, filters in C, sinks. */
@NullMarked
package org.miltergate.bench.process;

import org.jspecify.annotations.NullMarked;
