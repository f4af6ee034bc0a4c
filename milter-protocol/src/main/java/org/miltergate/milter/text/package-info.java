/**
 * Text for people: what a log line may contain, and how durations are written.
 *
 * <p>Used by every part of the project, so that there is one rule. Depends only on the JDK. Start
 * with {@link org.miltergate.milter.text.PrintableText}.
 */
@NullMarked
package org.miltergate.milter.text;

import org.jspecify.annotations.NullMarked;
