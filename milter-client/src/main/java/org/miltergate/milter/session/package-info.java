/**
 * One dialogue with one milter: dial, negotiation, states, macros, replies and edits. Start with
 * {@link org.miltergate.milter.session.MilterClient}.
 *
 * <p>For whoever drives one milter, or asks whether it works ({@link
 * org.miltergate.milter.session.MilterClient#probe}). It throws what goes wrong, and decides
 * nothing about mail: other milters, default actions and replies to the SMTP client are the duty of
 * {@code org.miltergate.milter.chain}.
 */
@NullMarked
package org.miltergate.milter.session;

import org.jspecify.annotations.NullMarked;
