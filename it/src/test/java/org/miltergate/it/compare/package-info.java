/**
 * The same conversation through two mail servers, and what was different.
 *
 * <p>Start with {@link org.miltergate.it.compare.Scenario}. What is written down of a run stands in
 * {@link org.miltergate.it.compare.Transcript}, and what is left out of it because the two servers
 * always differ there stands in {@link org.miltergate.it.compare.Difference}.
 */
@NullMarked
package org.miltergate.it.compare;

import org.jspecify.annotations.NullMarked;
