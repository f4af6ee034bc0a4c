/**
 * Programs of others as children of a test: found, started, waited for, stopped, their output kept.
 *
 * <p>Start with {@link org.miltergate.peers.process.Lab}, which gives a test a folder and ends what
 * the test has started.
 */
@NullMarked
package org.miltergate.peers.process;

import org.jspecify.annotations.NullMarked;
