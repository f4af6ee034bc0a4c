/**
 * Many milters in configured order: one SMTP session's walk through them, and what the SMTP client
 * hears in the end. Start with {@link org.miltergate.milter.chain.MilterChain}.
 *
 * <p>A server meets few types here. {@link org.miltergate.milter.chain.ChainSession} takes strings
 * and streams, and keeps envelope, content and macros; its calls give a {@link
 * org.miltergate.milter.chain.Verdict}, the content a {@link
 * org.miltergate.milter.chain.ContentResult}. {@link org.miltergate.milter.chain.ChainDialogue}
 * with {@link org.miltergate.milter.chain.SessionMacros} is the level below, for exact bytes.
 * {@link org.miltergate.milter.chain.ChainListener} hears what happens.
 *
 * <p>Below all of that, {@code org.miltergate.milter.session} is one milter, and {@code
 * org.miltergate.milter.wire} are packets alone. Knows nothing of sockets; a failed milter is a
 * value with a policy here, never an exception.
 */
@NullMarked
package org.miltergate.milter.chain;

import org.jspecify.annotations.NullMarked;
