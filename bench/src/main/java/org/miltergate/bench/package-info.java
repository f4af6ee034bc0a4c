/**
 * Measures the parts and the whole in comparison with their peers.
 *
 * <p>Both sides of a comparison run in one run and take turns, because the machines are noisy; what
 * counts is the ratio of the medians. {@link org.miltergate.bench.Bench} is the command.
 */
@NullMarked
package org.miltergate.bench;

import org.jspecify.annotations.NullMarked;
