/** Figures of several contenders side by side, as text, bars and curves. */
@NullMarked
package org.miltergate.bench.report;

import org.jspecify.annotations.NullMarked;
