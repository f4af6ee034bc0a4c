/**
 * Text for people: what may stand in a line of a log, and how durations are written.
 *
 * <p>Used by every part of the project, so that there is one rule. Uses nothing but the JDK. Start
 * with {@link org.miltergate.milter.text.PrintableText}.
 */
@NullMarked
package org.miltergate.milter.text;

import org.jspecify.annotations.NullMarked;
